/**
 * Made by make-internal.mjs; do not edit. A type a line: `GoName[=wireName]:shape`; shapes s string, i number, b boolean, q quantity,
 * t time, l label selector, m metadata, @n type n (base 36), [n list of it, * empty is null; < is embedded, =^name stands in the object around.
 */
export const ROOTS = { PodTemplateSpec: 0, PodSpec: 1, PersistentVolumeClaimSpec: 46, PersistentVolumeSource: 108, VolumeNodeAffinity: 122, EphemeralContainer: 84, Taint: 123, Probe: 68, SecurityContext: 78 };

export const TEXT = `<m Spec:@1
Volumes:[2 InitContainers:[1f Containers:[1f EphemeralContainers:[2c RestartPolicy:s TerminationGracePeriodSeconds:* ActiveDeadlineSeconds:* DNSPolicy=dnsPolicy:s NodeSelector:* ServiceAccountName:s AutomountServiceAccountToken:* NodeName:s SecurityContext:*@2e ImagePullSecrets:[d Hostname:s Subdomain:s SetHostnameAsFQDN:* Affinity:*@2g SchedulerName:s Tolerations:[2q HostAliases:[2r PriorityClassName:s Priority:* PreemptionPolicy:* DNSConfig=dnsConfig:*@2s ReadinessGates:[2u RuntimeClassName:* Overhead:* EnableServiceLinks:* TopologySpreadConstraints:[2v OS=os:*@2w SchedulingGates:[2x ResourceClaims:[2y Resources:*@1p HostnameOverride:* SchedulingGroup:*@2z
Name:s <@3
HostPath:*@4 EmptyDir:*@5 GCEPersistentDisk=gcePersistentDisk:*@6 AWSElasticBlockStore=awsElasticBlockStore:*@7 GitRepo:*@8 Secret:*@9 NFS=nfs:*@b ISCSI=iscsi:*@c Glusterfs:*@e PersistentVolumeClaim:*@f RBD=rbd:*@g Quobyte:*@h FlexVolume:*@i Cinder:*@j CephFS=cephfs:*@k Flocker:*@l DownwardAPI:*@m FC=fc:*@q AzureFile:*@r ConfigMap:*@s VsphereVolume:*@t AzureDisk:*@u PhotonPersistentDisk:*@v Projected:*@w PortworxVolume:*@14 ScaleIO:*@15 StorageOS=storageos:*@16 CSI=csi:*@17 Ephemeral:*@18 Image:*@1e
Path:s Type:*
Medium:s SizeLimit:*q
PDName=pdName:s FSType=fsType:s Partition:i ReadOnly:b
VolumeID:s FSType=fsType:s Partition:i ReadOnly:b
Repository:s Revision:s Directory:s
SecretName:s Items:[a DefaultMode:* Optional:*
Key:s Path:s Mode:*
Server:s Path:s ReadOnly:b
TargetPortal:s IQN=iqn:s Lun:i ISCSIInterface=iscsiInterface:s FSType=fsType:s ReadOnly:b Portals:* DiscoveryCHAPAuth=chapAuthDiscovery:b SessionCHAPAuth=chapAuthSession:b SecretRef:*@d InitiatorName:*
Name:s
EndpointsName=endpoints:s Path:s ReadOnly:b
ClaimName:s ReadOnly:b
CephMonitors=monitors:* RBDImage=image:s FSType=fsType:s RBDPool=pool:s RadosUser=user:s Keyring:s SecretRef:*@d ReadOnly:b
Registry:s Volume:s ReadOnly:b User:s Group:s Tenant:s
Driver:s FSType=fsType:s SecretRef:*@d ReadOnly:b Options:*
VolumeID:s FSType=fsType:s ReadOnly:b SecretRef:*@d
Monitors:* Path:s User:s SecretFile:s SecretRef:*@d ReadOnly:b
DatasetName:s DatasetUUID:s
Items:[n DefaultMode:*
Path:s FieldRef:*@o ResourceFieldRef:*@p Mode:*
APIVersion=apiVersion:s FieldPath:s
ContainerName:s Resource:s Divisor:q
TargetWWNs:* Lun:* FSType=fsType:s ReadOnly:b WWIDs=wwids:*
SecretName:s ShareName:s ReadOnly:b
<@d Items:[a DefaultMode:* Optional:*
VolumePath:s FSType=fsType:s StoragePolicyName:s StoragePolicyID:s
DiskName:s DataDiskURI=diskURI:s CachingMode:* FSType=fsType:* ReadOnly:* Kind:*
PdID:s FSType=fsType:s
Sources:[x DefaultMode:*
Secret:*@y DownwardAPI:*@z ConfigMap:*@10 ServiceAccountToken:*@11 ClusterTrustBundle:*@12 PodCertificate:*@13
<@d Items:[a Optional:*
Items:[n
<@d Items:[a Optional:*
Audience:s ExpirationSeconds:i Path:s
Name:* SignerName:* LabelSelector:*l Optional:* Path:s
SignerName:s KeyType:s MaxExpirationSeconds:* CredentialBundlePath:s KeyPath:s CertificateChainPath:s UserAnnotations:*
VolumeID:s FSType=fsType:s ReadOnly:b
Gateway:s System:s SecretRef:*@d SSLEnabled=sslEnabled:b ProtectionDomain:s StoragePool:s StorageMode:s VolumeName:s FSType=fsType:s ReadOnly:b
VolumeName:s VolumeNamespace:s FSType=fsType:s ReadOnly:b SecretRef:*@d
Driver:s ReadOnly:* FSType=fsType:* VolumeAttributes:* NodePublishSecretRef:*@d
VolumeClaimTemplate:*@19
<m Spec:@1a
AccessModes:* Selector:*l Resources:@1b VolumeName:s StorageClassName:* VolumeMode:* DataSource:*@1c DataSourceRef:*@1d VolumeAttributesClassName:*
Limits:* Requests:*
APIGroup=apiGroup:* Kind:s Name:s
APIGroup=apiGroup:* Kind:s Name:s Namespace:*
Reference:s PullPolicy:s
Name:s Image:s Command:* Args:* WorkingDir:s Ports:[1g EnvFrom:[1h Env:[1k Resources:@1p ResizePolicy:[1r RestartPolicy:* RestartPolicyRules:[1s VolumeMounts:[1u VolumeDevices:[1v LivenessProbe:*@1w ReadinessProbe:*@1w StartupProbe:*@1w Lifecycle:*@23 TerminationMessagePath:s TerminationMessagePolicy:s ImagePullPolicy:s SecurityContext:*@26 Stdin:b StdinOnce:b TTY=tty:b
Name:s HostPort:i ContainerPort:i Protocol:s HostIP:s
Prefix:s ConfigMapRef:*@1i SecretRef:*@1j
<@d Optional:*
<@d Optional:*
Name:s Value:s ValueFrom:*@1l
FieldRef:*@o ResourceFieldRef:*@p ConfigMapKeyRef:*@1m SecretKeyRef:*@1n FileKeyRef:*@1o
<@d Key:s Optional:*
<@d Key:s Optional:*
VolumeName:s Path:s Key:s Optional:*
Limits:* Requests:* Claims:[1q
Name:s Request:s
ResourceName:s RestartPolicy:s
Action:s ExitCodes:*@1t
Operator:s Values:*
Name:s ReadOnly:b RecursiveReadOnly:* MountPath:s SubPath:s MountPropagation:* SubPathExpr:s
Name:s DevicePath:s
<@1x InitialDelaySeconds:i TimeoutSeconds:i PeriodSeconds:i SuccessThreshold:i FailureThreshold:i TerminationGracePeriodSeconds:*
Exec:*@1y HTTPGet=httpGet:*@1z TCPSocket=tcpSocket:*@21 GRPC=grpc:*@22
Command:*
Path:s Port:i Host:s Scheme:s HTTPHeaders=httpHeaders:[20
Name:s Value:s
Port:i Host:s
Port:i Service:*
PostStart:*@24 PreStop:*@24 StopSignal:*
Exec:*@1y HTTPGet=httpGet:*@1z TCPSocket=tcpSocket:*@21 Sleep:*@25
Seconds:i
Capabilities:*@27 Privileged:* SELinuxOptions=seLinuxOptions:*@28 WindowsOptions:*@29 RunAsUser:* RunAsGroup:* RunAsNonRoot:* ReadOnlyRootFilesystem:* AllowPrivilegeEscalation:* ProcMount:* SeccompProfile:*@2a AppArmorProfile:*@2b
Add:* Drop:*
User:s Role:s Type:s Level:s
GMSACredentialSpecName=gmsaCredentialSpecName:* GMSACredentialSpec=gmsaCredentialSpec:* RunAsUserName:* HostProcess:*
Type:s LocalhostProfile:*
Type:s LocalhostProfile:*
<@2d TargetContainerName:s
Name:s Image:s Command:* Args:* WorkingDir:s Ports:[1g EnvFrom:[1h Env:[1k Resources:@1p ResizePolicy:[1r RestartPolicy:* RestartPolicyRules:[1s VolumeMounts:[1u VolumeDevices:[1v LivenessProbe:*@1w ReadinessProbe:*@1w StartupProbe:*@1w Lifecycle:*@23 TerminationMessagePath:s TerminationMessagePolicy:s ImagePullPolicy:s SecurityContext:*@26 Stdin:b StdinOnce:b TTY=tty:b
HostNetwork=^hostNetwork:b HostPID=^hostPID:b HostIPC=^hostIPC:b ShareProcessNamespace=^shareProcessNamespace:* HostUsers=^hostUsers:* SELinuxOptions=seLinuxOptions:*@28 WindowsOptions:*@29 RunAsUser:* RunAsGroup:* RunAsNonRoot:* SupplementalGroups:* SupplementalGroupsPolicy:* FSGroup=fsGroup:* FSGroupChangePolicy=fsGroupChangePolicy:* Sysctls:[2f SeccompProfile:*@2a AppArmorProfile:*@2b SELinuxChangePolicy=seLinuxChangePolicy:*
Name:s Value:s
NodeAffinity:*@2h PodAffinity:*@2m PodAntiAffinity:*@2p
RequiredDuringSchedulingIgnoredDuringExecution:*@2i PreferredDuringSchedulingIgnoredDuringExecution:[2l
NodeSelectorTerms:[2j
MatchExpressions:[2k MatchFields:[2k
Key:s Operator:s Values:*
Weight:i Preference:@2j
RequiredDuringSchedulingIgnoredDuringExecution:[2n PreferredDuringSchedulingIgnoredDuringExecution:[2o
LabelSelector:*l Namespaces:* TopologyKey:s NamespaceSelector:*l MatchLabelKeys:* MismatchLabelKeys:*
Weight:i PodAffinityTerm:@2n
RequiredDuringSchedulingIgnoredDuringExecution:[2n PreferredDuringSchedulingIgnoredDuringExecution:[2o
Key:s Operator:s Value:s Effect:s TolerationSeconds:*
IP=ip:s Hostnames:*
Nameservers:* Searches:* Options:[2t
Name:s Value:*
ConditionType:s
MaxSkew:i TopologyKey:s WhenUnsatisfiable:s LabelSelector:*l MinDomains:* NodeAffinityPolicy:* NodeTaintsPolicy:* MatchLabelKeys:*
Name:s
Name:s
Name:s ResourceClaimName:* ResourceClaimTemplateName:*
PodGroupName:*
GCEPersistentDisk=gcePersistentDisk:*@6 AWSElasticBlockStore=awsElasticBlockStore:*@7 HostPath:*@4 Glusterfs:*@31 NFS=nfs:*@b RBD=rbd:*@32 Quobyte:*@h ISCSI=iscsi:*@34 FlexVolume:*@35 Cinder:*@36 CephFS=cephfs:*@37 FC=fc:*@q Flocker:*@l AzureFile:*@38 VsphereVolume:*@t AzureDisk:*@u PhotonPersistentDisk:*@v PortworxVolume:*@14 ScaleIO:*@39 Local:*@3a StorageOS=storageos:*@3b CSI=csi:*@3d
EndpointsName=endpoints:s Path:s ReadOnly:b EndpointsNamespace:*
CephMonitors=monitors:* RBDImage=image:s FSType=fsType:s RBDPool=pool:s RadosUser=user:s Keyring:s SecretRef:*@33 ReadOnly:b
Name:s Namespace:s
TargetPortal:s IQN=iqn:s Lun:i ISCSIInterface=iscsiInterface:s FSType=fsType:s ReadOnly:b Portals:* DiscoveryCHAPAuth=chapAuthDiscovery:b SessionCHAPAuth=chapAuthSession:b SecretRef:*@33 InitiatorName:*
Driver:s FSType=fsType:s SecretRef:*@33 ReadOnly:b Options:*
VolumeID:s FSType=fsType:s ReadOnly:b SecretRef:*@33
Monitors:* Path:s User:s SecretFile:s SecretRef:*@33 ReadOnly:b
SecretName:s ShareName:s ReadOnly:b SecretNamespace:*
Gateway:s System:s SecretRef:*@33 SSLEnabled=sslEnabled:b ProtectionDomain:s StoragePool:s StorageMode:s VolumeName:s FSType=fsType:s ReadOnly:b
Path:s FSType=fsType:*
VolumeName:s VolumeNamespace:s FSType=fsType:s ReadOnly:b SecretRef:*@3c
Kind:s Namespace:s Name:s UID=uid:s APIVersion=apiVersion:s ResourceVersion:s FieldPath:s
Driver:s VolumeHandle:s ReadOnly:b FSType=fsType:s VolumeAttributes:* ControllerPublishSecretRef:*@33 NodeStageSecretRef:*@33 NodePublishSecretRef:*@33 ControllerExpandSecretRef:*@33 NodeExpandSecretRef:*@33
Required:*@2i
Key:s Value:s Effect:s TimeAdded:*t`;
