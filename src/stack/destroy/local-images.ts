/** Images on this machine that `deploy` built for a stage. */
export interface LocalImages {
  names: string[];
  remove(signal: AbortSignal): Promise<void>;
}
