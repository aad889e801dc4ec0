export { KernelLink } from './kernel-link.ts';
export { kernelNetemSupport } from './support.ts';
export { unsupportedWords } from './unsupported.ts';
