/** The version of Kubernetes that the simulated cluster is. */
export const KUBERNETES_VERSION = '1.36.4';
