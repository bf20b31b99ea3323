/**
 * What kubeadm init and kubeadm join leave on the machines' disks.
 * Stands for the kubeadm phases that write files; the network plugin's configuration is that of the recorded cluster.
 */
import type { Files } from '../../machine/files.ts';
import { rfc3339 } from '../../sim/date.ts';
import type { Credentials } from './credentials.ts';
import { manifests, type Plane } from './manifests.ts';
import { kubeletConfiguration } from './texts.ts';

const FLAGS = 'KUBELET_KUBEADM_ARGS=""\n';

function put(files: Files, path: string, text: string, mode: number): void {
  files.mkdir(path.slice(0, path.lastIndexOf('/')), { parents: true });
  files.write(path, text, mode);
}

/** The disk of one node; `main` is the control plane's. `unix` is when it joined. */
export function writeNodeFiles(files: Files, node: { readonly name: string; readonly podCIDR: string; readonly main: boolean }, plane: Plane, made: Credentials, unix: number): void {
  const { name, podCIDR, main } = node;
  files.mkdir('/etc/kubernetes', { parents: true });
  files.mkdir('/etc/kubernetes/manifests', { mode: 0o700 });
  if (main) {
    files.mkdir('/var/lib/etcd', { parents: true, mode: 0o700 });
    for (const [path, text] of Object.entries(made.pki)) put(files, `/etc/kubernetes/pki/${path}`, text, path.endsWith('.key') ? 0o600 : 0o644);
    for (const [file, text] of Object.entries(made.configs)) put(files, `/etc/kubernetes/${file}`, text, 0o600);
    for (const [file, text] of Object.entries(manifests(plane))) put(files, `/etc/kubernetes/manifests/${file}`, text, 0o600);
    put(files, '/root/.kube/config', made.configs['admin.conf']!, 0o600);
  } else {
    put(files, '/etc/kubernetes/pki/ca.crt', made.authority, 0o644);
    put(files, '/etc/kubernetes/kubelet.conf', made.kubeletConfig, 0o600);
  }
  const endpoint = main ? 'unix:///run/containerd/containerd.sock' : 'unix:///var/run/containerd/containerd.sock';
  put(files, '/var/lib/kubelet/config.yaml', kubeletConfiguration(endpoint), 0o644);
  put(files, '/var/lib/kubelet/instance-config.yaml', `containerRuntimeEndpoint: ${endpoint}\n`, 0o644);
  put(files, '/var/lib/kubelet/kubeadm-flags.env', FLAGS, 0o644);
  const { certificate, key } = made.client(`system:node:${name}`, ['system:nodes']);
  const pem = `kubelet-client-${rfc3339(unix).replace(/[TZ:]/g, '-').replace(/-$/, '')}.pem`;
  put(files, `/var/lib/kubelet/pki/${pem}`, certificate + key, 0o600);
  files.symlink(`/var/lib/kubelet/pki/${pem}`, '/var/lib/kubelet/pki/kubelet-client-current.pem');
  put(files, '/var/lib/kubelet/pki/kubelet.crt', certificate, 0o644);
  put(files, '/var/lib/kubelet/pki/kubelet.key', key, 0o600);
  put(files, '/etc/cni/net.d/10-course.conflist', `{ "cniVersion": "1.0.0", "name": "course", "plugins": [
  { "type": "ptp", "mtu": 1500, "ipMasq": false, "ipam": { "type": "host-local", "ranges": [[{ "subnet": "${podCIDR}" }]], "routes": [{ "dst": "0.0.0.0/0" }] } },
  { "type": "portmap", "capabilities": { "portMappings": true } } ] }
`, 0o644);
}
