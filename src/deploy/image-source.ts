/** An image that tasks can start from. */
export interface Image {
  /** With its digest: `…/mcp-dev@sha256:…`. A tag could mean another image tomorrow. */
  uri: string;
}

/** Where the image comes from: built here, or given by `--image-uri`. */
export interface ImageSource {
  /** For people: "image built from this version", "image 123….dkr.ecr…/mcp-s3:1.2". */
  readonly title: string;
  /**
   * Only looks. Undefined where it has to be built first.
   * @throws CliError where it cannot be had: no such image, another platform, no tool to build with
   */
  find(signal: AbortSignal): Promise<Image | undefined>;
  /** Builds and pushes it. Only called where {@link find} found none. */
  make(report: (line: string) => void, signal: AbortSignal): Promise<Image>;
}

/** What an image is made for. */
export interface ImageNeed {
  /** `linux/arm64` or `linux/amd64`. */
  platform: string;
  /** Of the bootstrap stack; undefined where that is still to be made. */
  repository: { name: string; uri: string } | undefined;
  /** What `--image-uri` or the deployed stack names; undefined: ours is built. */
  given: string | undefined;
}
