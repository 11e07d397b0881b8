import type { Template } from '../stack/compose/compose.ts';
import type { Parameters } from '../stack/deploy-settings.ts';
import type { Resolution } from '../stack/parameters.ts';
import type { BootstrapLook } from './bootstrap.ts';
import type { Templates } from './deploy-context.ts';
import type { Preflight } from './preflight/preflight.ts';
import type { ImageLook } from './prepare-image.ts';

/** What the looks at account and stacks found, before anything is done. */
export interface Findings {
  templates: Templates;
  /** The app's template, with what is known of its parameters before the looks. */
  template: Template;
  /** Values as they will be, without what was looked up. */
  planned: Parameters;
  /** Of the parameters, with what was looked up except an image that is still to be made. */
  resolution: Resolution;
  bootstrap: BootstrapLook;
  checked: Preflight;
  image: ImageLook;
  warn(text: string): void;
}
