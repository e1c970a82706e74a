// What somebody works on.
import { spawnSync } from 'node:child_process';

/**
 * The files in this checkout that differ from the main branch of where it was cloned from, or else from its own last commit, also those not yet
 * added; undefined where git cannot tell.
 */
export function changedFiles(checkout) {
  const git = (...args) => {
    const { status, stdout } = spawnSync('git', args, { cwd: checkout, encoding: 'utf8' });
    return status === 0 ? stdout.trim() : undefined;
  };
  const base = git('merge-base', 'HEAD', 'origin/HEAD') ?? git('rev-parse', '--verify', 'HEAD');
  if (base === undefined) return undefined;
  const changed = git('diff', '--name-only', '--diff-filter=d', base) ?? '';
  const added = git('ls-files', '--others', '--exclude-standard') ?? '';
  return `${changed}\n${added}`.split('\n').filter((path) => path !== '');
}
