import { variablePrefix } from './workflow.ts';

/** What a person does once, in order: make the roles, and tell the repository their names. */
export function nextSteps({
  stage,
  region,
  branch,
  repository,
  template,
}: {
  stage: string;
  region: string;
  branch: string;
  repository: string | undefined;
  /** Path of the roles' template as a person there types it. */
  template: string;
}): { title: string; command: string }[] {
  const stack = `github-mcp-s3-${stage}`;
  const name = repository ?? 'OWNER/NAME';
  const variable = variablePrefix(stage);
  const set = (suffix: string, output: string) =>
    `gh variable set ${variable}_${suffix} --repo ${name} --body "$(aws cloudformation describe-stacks --region ${region} --stack-name ${stack} --query "Stacks[0].Outputs[?OutputKey=='${output}'].OutputValue" --output text)"`;
  return [
    {
      title:
        'See how GitHub names the repository in its tokens (repositories made or renamed since summer 2026 carry numbers):',
      command: `gh api repos/${name} --jq '"\\(.owner.login)/\\(.name) or \\(.owner.login)@\\(.owner.id)/\\(.name)@\\(.id), made \\(.created_at)"'`,
    },
    {
      title:
        'Make the roles, as somebody who may make roles; with the name from above, and with MakeProvider=false where the account has the identity provider of GitHub already:',
      command: `aws cloudformation deploy --region ${region} --stack-name ${stack} --template-file ${template} --capabilities CAPABILITY_IAM --parameter-overrides Stage=${stage} Repository=${name} Branch=${branch}`,
    },
    { title: 'Tell the repository which role deploys:', command: set('ROLE_ARN', 'DeployRoleArn') },
    { title: 'And which one plans for pull requests:', command: set('PLAN_ROLE_ARN', 'PlanRoleArn') },
    {
      title: 'Put it into the repository:',
      command: `git add --all -- ':/.github/workflows/mcp-s3-${stage}.yml' ':/mcp-s3-github-oidc.yaml' && git commit -m "Deploy mcp-s3"`,
    },
  ];
}
