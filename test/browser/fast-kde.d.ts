// The declarations of a library without its own, which the sources of @shaped/sde use.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- it exports nothing to import
/// <reference path="../../packages/sde/src/statistics/fast-kde.d.ts" />
