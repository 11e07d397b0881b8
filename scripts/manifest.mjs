/**
 * What oclif would find out by loading every command, and the root help that it would print at 80 columns.
 * @param staging the folder that will become dist/
 * @param pkg the parsed package.json
 */
export async function manifestAndHelp(staging, pkg) {
  // Read by oclif when it loads, so before the import: no terminal's width and no colour may get into the text.
  Object.assign(process.env, { OCLIF_COLUMNS: '80', NO_COLOR: '1' });
  delete process.env.FORCE_COLOR;
  const { Config, loadHelpClass, Plugin } = await import('@oclif/core');

  const oclif = {
    ...pkg.oclif,
    commands: { ...pkg.oclif.commands, target: './commands' },
    helpClass: './help/help',
    hooks: {},
  };
  const plugin = new Plugin({
    root: staging,
    isRoot: true,
    pjson: { ...pkg, oclif },
    ignoreManifest: true,
    errorOnManifestCreate: true,
  });
  await plugin.load();
  for (const command of Object.values(plugin.manifest.commands)) {
    command.relativePath = ['dist', ...command.relativePath];
    // A paragraph is one line, an item of a list another: the source's own line breaks would stay among those that a narrow terminal makes.
    command.description = command.description?.replace(/(?<=\S)\n(?=[^\s-])/g, ' ');
  }

  const config = new Config({ root: staging, pjson: { ...pkg, oclif }, plugins: [plugin] });
  await config.load();
  const lines = [];
  class CapturedHelp extends (await loadHelpClass(config)) {
    log(...parts) {
      lines.push(parts.join(' '));
    }
  }
  await new CapturedHelp(config, { ...pkg.oclif.helpOptions, stripAnsi: true }).showHelp(['--help']);
  const help = `${lines.join('\n').trimEnd()}\n`;
  return { manifest: plugin.manifest, help };
}
