/** The words of kubectl's help, our own: what each command does, examples, and what the usual flags mean. */
import type { HelpTexts } from './help.ts';

const short: HelpTexts['short'] = {
  create: 'Make objects from files, from standard input or by their fields',
  'create clusterrole': 'Make a ClusterRole', 'create clusterrolebinding': 'Give a ClusterRole to users, groups or service accounts everywhere', 'create configmap': 'Make a ConfigMap from literals, files or folders',
  'create cronjob': 'Make a CronJob', 'create deployment': 'Make a Deployment', 'create ingress': 'Make an Ingress', 'create job': 'Make a Job, also from a CronJob', 'create namespace': 'Make a Namespace',
  'create poddisruptionbudget': 'Make a PodDisruptionBudget', 'create priorityclass': 'Make a PriorityClass', 'create quota': 'Make a ResourceQuota', 'create role': 'Make a Role', 'create rolebinding': 'Give a Role or a ClusterRole within one namespace',
  'create secret': 'Make a Secret of one of the usual types', 'create service': 'Make a Service of one of the types', 'create serviceaccount': 'Make a ServiceAccount', 'create token': 'Ask for a token of a ServiceAccount',
  expose: 'Put a Service in front of a Pod or a workload', run: 'Start one Pod from an image', set: 'Change single fields of objects', explain: 'Say what the fields of a kind mean', get: 'Show objects', edit: 'Change objects in your editor',
  delete: 'Delete objects by file, name, selector or all of a kind', rollout: 'Watch, undo, pause and restart rollouts', scale: 'Set how many replicas there are', autoscale: 'Let the number of replicas follow the load',
  'rollout history': 'List the revisions', 'rollout pause': 'Hold the rollout', 'rollout restart': 'Replace all Pods, a few at a time', 'rollout resume': 'Let a held rollout go on', 'rollout status': 'Follow the rollout to its end', 'rollout undo': 'Go back to an earlier revision',
  certificate: 'Approve or deny certificate signing requests', 'cluster-info': 'Say where the control plane and the system Services are', top: 'Show how much CPU and memory is in use', cordon: 'Let no new Pods onto a node', uncordon: 'Let Pods onto a node again',
  drain: 'Empty a node before it is worked on', taint: 'Change the taints of nodes', describe: 'Show one object with what belongs to it', logs: 'Print what a container wrote', attach: 'Join the main process of a container', exec: 'Run a command in a container',
  'port-forward': 'Forward local ports to a Pod', proxy: 'Reach the API server through a local port', cp: 'Copy files to and from containers', auth: 'Ask what one may do', debug: 'Look into Pods and nodes with a helper container', events: 'List events',
  diff: 'Show what apply would change', apply: 'Make objects as the files say, whether they exist or not', patch: 'Change fields of an object with a patch', replace: 'Put the object of a file in the place of the old one', wait: 'Wait until objects are as wanted',
  kustomize: 'Build a folder with a kustomization', label: 'Change the labels of objects', annotate: 'Change the annotations of objects', completion: 'Print the completion code for a shell', 'api-resources': 'List the kinds that the server knows', 'api-versions': 'List the API versions that the server knows',
  config: 'Change kubeconfig files', plugin: 'Work with plugins', version: 'Print the versions of client and server', options: 'List the flags of all commands', kuberc: 'Change the preferences of kubectl',
  'config current-context': 'Print the current context', 'config get-contexts': 'List the contexts', 'config set-context': 'Change a context', 'config use-context': 'Choose the current context', 'config view': 'Print the merged kubeconfig',
};

const examples: HelpTexts['examples'] = {
  get: 'kubectl get pods -o wide\nkubectl get deploy web -o yaml\nkubectl get pods -l app=web -w',
  run: 'kubectl run web --image=nginx\nkubectl run -it --rm probe --image=busybox --restart=Never -- sh',
  'create deployment': 'kubectl create deployment web --image=nginx --replicas=3\nkubectl create deployment web --image=nginx --dry-run=client -o yaml',
  expose: 'kubectl expose deployment web --port=80\nkubectl expose pod web --port=8080 --target-port=80 --type=NodePort',
  apply: 'kubectl apply -f web.yaml\ncat web.yaml | kubectl apply -f -',
  delete: 'kubectl delete pod web\nkubectl delete -f web.yaml\nkubectl delete pods -l app=web',
  exec: 'kubectl exec web -- date\nkubectl exec -it web -- sh',
  logs: 'kubectl logs web\nkubectl logs -f deploy/web\nkubectl logs web -c side --previous',
  scale: 'kubectl scale deployment web --replicas=5',
  'rollout undo': 'kubectl rollout undo deployment/web\nkubectl rollout undo deployment/web --to-revision=2',
  'rollout status': 'kubectl rollout status deployment/web',
  label: 'kubectl label node k8s-node1 disk=ssd\nkubectl label pod web tier-',
  drain: 'kubectl drain k8s-node1 --ignore-daemonsets',
  describe: 'kubectl describe pod web\nkubectl describe node k8s-node1',
};

const flags: HelpTexts['flags'] = {
  output: 'The form of the output: json, yaml, name, wide, jsonpath=…, custom-columns=…, go-template=….',
  namespace: 'The namespace of this request.', 'all-namespaces': 'Ask for all namespaces.', selector: 'Only objects whose labels fit: key=value, key!=value, key in (a,b).', 'field-selector': 'Only objects whose fields fit.',
  filename: 'A file, a folder or - for standard input. May stand several times.', recursive: 'Take folders with all their folders.', kustomize: 'A folder with a kustomization.',
  'dry-run': 'client: send nothing. server: let the server do everything but store it. none: do it.', force: 'Do it at once, where that is possible.', 'grace-period': 'Seconds that a Pod has to end by itself. Negative: as the Pod says.', wait: 'Return only when it is done.', timeout: 'How long to wait; 0 is for ever.',
  watch: 'Go on and show every change.', 'show-labels': 'Show the labels in a last column.', 'label-columns': 'Labels to show in columns of their own.', 'sort-by': 'Sort by the field that a JSONPath names.', 'no-headers': 'Leave the heading out.',
  image: 'The image of the container.', replicas: 'How many Pods are wanted.', port: 'The port.', 'target-port': 'The port of the containers: a number or a name.', name: 'The name of the new object.', type: 'The type.', labels: 'Labels of the new objects.', env: 'Environment variables of the container, name=value.',
  restart: 'When the kubelet starts the container again: Always, OnFailure or Never.', stdin: 'Keep standard input open to the container.', tty: 'Give the container a terminal.', container: 'The container.', rm: 'Delete the Pod when the session ends.', overrides: 'JSON that is laid over the generated object.', command: 'Take the arguments as the command.',
  follow: 'Go on and print what comes.', previous: 'The container that ran before this one.', tail: 'Only so many last lines.', since: 'Only what is younger than this.', timestamps: 'Put the time before each line.', 'all-containers': 'All containers of the Pod.', prefix: 'Say before each line where it comes from.',
  'to-revision': 'The revision to go back to; 0 is the one before.', revision: 'Show this revision in full.', overwrite: 'Let existing values be replaced.', 'resource-version': 'Only if this is still the version of the object.', all: 'All objects of the kind.', 'ignore-not-found': 'Take an object that is not there for done.',
  cascade: 'What becomes of the objects that this one owns: background, foreground or orphan.', now: 'Give a second only.', 'server-side': 'Let the server merge (server-side apply).', 'field-manager': 'The name that stands for these changes in managedFields.', 'for': 'What to wait for: condition=…, jsonpath=…, create, delete.',
  kubeconfig: 'The kubeconfig file of this request.', context: 'The context of the kubeconfig.', cluster: 'The cluster of the kubeconfig.', user: 'The user of the kubeconfig.', server: 'Address of the API server.', as: 'Act as this user.', 'as-group': 'Act as a member of this group.', 'request-timeout': 'How long one request may take; 0 is for ever.', token: 'Bearer token.', v: 'How much to tell of what is done.',
};

export const HELP: HelpTexts = { short, long: { '': 'kubectl talks to the API server of a Kubernetes cluster. This one runs in your browser.' }, examples, flags };
