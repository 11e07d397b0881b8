/** The stages of an account, wherever they are. */
export interface StagesReport {
  /** How many regions the account may use. */
  regions: number;
  stages: DeployedStage[];
  not_looked_at: { region: string; reason: string }[];
}

export interface DeployedStage {
  region: string;
  stage: string;
  /** Of its stack: `UPDATE_COMPLETE`. */
  status: string;
  /** Of mcp-s3, with which it was deployed. */
  version: string;
  /** Empty while it is being deployed for the first time. */
  endpoint: string;
  /** ISO 8601. */
  last_deployment: string;
}
