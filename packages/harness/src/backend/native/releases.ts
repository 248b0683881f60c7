/** The TensorFlow that is installed where no version is asked for. */
export const DEFAULT_VERSION = '2.21.0';

/** The wheels' Python: its libraries are the same in every one, so the machine's own is no matter. */
export const WHEEL_PYTHON = '3.12';

/** TensorFlow for the processor alone, or with the code for NVIDIA's. */
export type Variant = 'cpu' | 'gpu';

/** A file whose content is known beforehand. */
export interface PinnedWheel {
  file: string;
  /** About how many, for the progress; undefined leaves the total open. */
  bytes?: number;
  sha256: string;
}

/** The project on PyPI whose wheel holds a variant. For ARM there is one wheel for both. */
export function wheelProject(variant: Variant, arch: string): string {
  return variant === 'cpu' && arch === 'x64' ? 'tensorflow-cpu' : 'tensorflow';
}

/** What the index states for the default version, by project and architecture. */
const PINNED: Record<string, PinnedWheel> = {
  'tensorflow-cpu x64': {
    file: 'tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl',
    bytes: 274_000_871,
    sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
  },
  'tensorflow x64': {
    file: 'tensorflow-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl',
    bytes: 572_000_000,
    sha256: 'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0',
  },
  'tensorflow arm64': {
    file: 'tensorflow-2.21.0-cp312-cp312-manylinux_2_27_aarch64.whl',
    sha256: 'b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552',
  },
};

/** The pinned wheel of a version, or undefined where only the index vouches for it. */
export function pinnedWheel(
  version: string,
  variant: Variant,
  arch: string,
): PinnedWheel | undefined {
  if (version !== DEFAULT_VERSION) return undefined;
  return PINNED[`${wheelProject(variant, arch)} ${arch}`];
}

/** An npm package of one exact content. */
export interface PinnedPackage {
  name: string;
  version: string;
  /** Subresource integrity, as in a lock file. */
  integrity: string;
}

/** The sources of the binding and the kernels in JavaScript. */
export const TFJS_NODE: PinnedPackage = {
  name: '@tensorflow/tfjs-node-gpu',
  version: '4.22.0',
  integrity:
    'sha512-p//NN6DGiN4hInUmIkRffaFVMcdTREUMjPyjW04J7OXvB2zBlQimj61eFKSgRrH3f5TnOfKzb0n56he/B6a4bw==',
};

/** The headers of Node's stable interface; a Node from a package manager comes without. */
export const NODE_HEADERS: PinnedPackage = {
  name: 'node-api-headers',
  version: '1.9.0',
  integrity:
    'sha512-2oNILP4jXwRB4ywnYKjVk1YyJ96n2D4EOVJO6S3oYZ5PtbJrw3Yt9TpAuX3nBLMuzn74rnfGQrv13pS9vC+YiA==',
};

/** What reads the signatures of a SavedModel. */
export const PROTOBUF: PinnedPackage = {
  name: 'google-protobuf',
  version: '3.21.4',
  integrity:
    'sha512-MnG7N936zcKTco4Jd2PX2U96Kf9PxygAPKBug+74LHzmHXmceN16MmRcdgZv+DGef/S9YvQAfRsNCn4cjf9yyQ==',
};

/** Everything that comes from npm. */
export const NPM_PACKAGES = [TFJS_NODE, NODE_HEADERS, PROTOBUF] as const;

/** Stands for how the binding is built; another number makes another installation. */
export const BINDING = 'napi8-r2';
