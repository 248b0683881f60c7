// eslint-disable-next-line @nx/enforce-module-boundaries -- Package imports choose by platform.
import { answerRequests } from '#worker-parent';
import { answerRequest } from './answer-request.js';

// The whole program of a worker.
answerRequests(answerRequest);
