import type {
  NamedRuleWithOperations,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from 'kubernetes-types/admissionregistration/v1.d.ts';
import type { Role, RoleBinding } from 'kubernetes-types/rbac/v1.d.ts';

/** The group of Airflow's identity, which its access entry in EKS names. */
export const airflowGroup = 'airflow-pods';

/** Tasks that run as a service account of their own name, as in `dags/pods.py`. All others share `pipeline`. */
const withOwnAccount = ['acquire', 'tell'];

/** The type lacks the fields that this kind of rule shares with others. Updates count, since labels may be patched. */
const podRule = {
  apiGroups: [''],
  apiVersions: ['v1'],
  resources: ['pods'],
  operations: ['CREATE', 'UPDATE'],
  scope: 'Namespaced',
} as NamedRuleWithOperations;

/**
 * What Airflow may do in the namespace: exactly what KubernetesPodOperator asks of the API, and only pods that keep to
 * the rules that its settings alone could not be held to.
 */
export function airflowRights(
  namespace: string,
): [Role, RoleBinding, ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding] {
  const metadata = { name: airflowGroup, namespace };
  const policy = `${namespace}-${airflowGroup}`;
  return [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [
        { apiGroups: [''], resources: ['pods'], verbs: ['create', 'get', 'list', 'patch', 'delete'] },
        { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
        { apiGroups: [''], resources: ['events'], verbs: ['list'] },
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: airflowGroup },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: airflowGroup }],
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: policy },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
          resourceRules: [podRule],
        },
        matchConditions: [{ name: 'airflow', expression: `'${airflowGroup}' in request.userInfo.groups` }],
        variables: [{ name: 'task', expression: `object.metadata.?labels['delaywatch/task'].orValue('')` }],
        validations: [
          {
            expression: 'has(object.spec.activeDeadlineSeconds)',
            message: 'a pod needs activeDeadlineSeconds, since a pod that Airflow has lost would never end without it',
          },
          {
            // The network policies select pods by this label, and the rights in AWS depend on the service account.
            expression: `variables.task != '' && object.spec.serviceAccountName == (variables.task in ${JSON.stringify(withOwnAccount)} ? variables.task : 'pipeline')`,
            message: `a pod of task ${withOwnAccount.join(' or ')} must run as the service account of that name, a pod of any other task as pipeline`,
          },
        ],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: policy },
      spec: { policyName: policy, validationActions: ['Deny'] },
    },
  ];
}
