import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CompileRequest, compile } from '../../src/build/compile.js';
import { UserError } from '../../src/errors.js';
import { loadProject } from '../../src/project/load.js';
import { type FakeProject, fakeProject, saysBuilt } from '../support/build-fake-cargo.js';

let project: FakeProject;

beforeEach(async () => {
  project = await fakeProject();
  await project.metadata({ packages: [{ name: 'app', bins: ['hello', 'other'] }] });
});

afterEach(() => project.remove());

async function compileIt(change: Partial<CompileRequest> = {}) {
  const loaded = await loadProject({ cwd: project.folder, env: project.env });
  return compile({ project: loaded, section: 'watch', env: project.env, color: false, ...change });
}

const diagnostic = (rendered: string) =>
  `printf '%s\\n' '${JSON.stringify({ reason: 'compiler-message', message: { level: 'error', rendered } })}'\n`;

describe('compile', () => {
  it("takes executables and their inputs from cargo's own words", async () => {
    await project.write(
      'target/debug/hello.d',
      `${project.folder}/target/debug/hello: ${project.folder}/src/main.rs /else\\ where/x.txt\n`,
    );
    await project.write(
      'target/debug/other.d',
      `x: ${project.folder}/src/main.rs ${project.folder}/src/other.rs\n`,
    );
    await project.onBuild(
      saysBuilt(project.folder, 'hello') + saysBuilt(project.folder, 'other', { fresh: true }),
    );
    expect(await compileIt()).toEqual({
      kind: 'ok',
      executables: [
        {
          name: 'hello',
          path: join(project.folder, 'target/debug/hello'),
          packageName: 'app',
          kind: 'bin',
          fresh: false,
          strips: false,
        },
        {
          name: 'other',
          path: join(project.folder, 'target/debug/other'),
          packageName: 'app',
          kind: 'bin',
          fresh: true,
          strips: false,
        },
      ],
      inputs: [
        join(project.folder, 'src/main.rs'),
        '/else where/x.txt',
        join(project.folder, 'src/other.rs'),
      ],
      inputFolders: [],
      crates: { linked: [], archiveMessages: [] },
      diagnostics: '',
    });
  });

  it('watches the whole package of a build script that names nothing to watch', async () => {
    const ran = (outDir: string) =>
      `printf '%s\\n' '${JSON.stringify({ reason: 'build-script-executed', package_id: `path+file://${project.folder}#app@0.1.0`, out_dir: outDir })}'\n`;
    const quiet = await project.write('target/build/quiet/output', 'cargo:rustc-cfg=x\n');
    const telling = await project.write('target/build/telling/output', 'cargo::rerun-if-changed=schema.x\n');
    await project.onBuild(ran(join(telling, '../out')));
    expect(await compileIt()).toMatchObject({ inputFolders: [] });
    await project.onBuild(ran(join(quiet, '../out')) + ran(join(telling, '../out')));
    expect(await compileIt()).toMatchObject({ inputFolders: [project.folder] });
  });

  it('runs cargo where the user is, once, and lets its progress through', async () => {
    await project.onBuild(
      `pwd >> '${project.folder}/runs'; echo "$@" >> '${project.folder}/runs'; echo Compiling >&2\n`,
    );
    let progress = '';
    await compileIt({
      onProgress: (text) => {
        progress += text;
      },
    });
    expect(await readFile(join(project.folder, 'runs'), 'utf8')).toBe(
      `${project.folder}\nbuild --bins --message-format=json\n`,
    );
    expect(progress).toBe('Compiling\n');
  });

  it('hands on warnings as they come, and ends well', async () => {
    await project.onBuild(diagnostic('warning: unused x') + saysBuilt(project.folder, 'hello'));
    const texts: string[] = [];
    expect(await compileIt({ onDiagnostic: (text) => texts.push(text) })).toMatchObject({ kind: 'ok' });
    expect(texts).toEqual(['warning: unused x']);
  });

  it("gives the compiler's and cargo's words for code that does not compile", async () => {
    await project.onBuild(
      `${diagnostic('error[E0308]: mismatched types\n')} echo 'error: could not compile app' >&2; exit 101\n`,
    );
    expect(await compileIt()).toEqual({
      kind: 'failed',
      diagnostics: 'error[E0308]: mismatched types\nerror: could not compile app\n',
      exitCode: 101,
    });
  });

  it('does not take what was built before an error for a result', async () => {
    await project.onBuild(`${saysBuilt(project.folder, 'hello')} exit 101\n`);
    expect(await compileIt()).toMatchObject({ kind: 'failed' });
  });

  it('tells of cargo killed from outside', async () => {
    await project.onBuild('kill -KILL $$\n');
    expect(await compileIt()).toEqual({
      kind: 'failed',
      diagnostics:
        'error: cargo was ended by SIGKILL, perhaps for want of memory; fewer jobs need less: --jobs 1\n',
      exitCode: 1,
    });
  });

  it('throws what the machine lacks as a mistake with a mend', async () => {
    await project.onBuild(
      "printf 'error: rustc 1.70.0 is not supported by the following package:\\n  a@1.0.0 requires rustc 1.84\\n' >&2; exit 101\n",
    );
    await expect(compileIt()).rejects.toThrow(UserError);
    await expect(compileIt()).rejects.toMatchObject({ code: 'environment.rust-too-old' });
  });

  it('ends cargo when it is cancelled', async () => {
    await project.onBuild('echo started >&2; sleep 60\n');
    const cancel = new AbortController();
    const result = await compileIt({ signal: cancel.signal, onProgress: () => cancel.abort() });
    expect(result).toEqual({ kind: 'cancelled' });
  });
});
