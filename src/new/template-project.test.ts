import { describe, expect, it } from 'vitest';
import type { TemplateFile } from './render.js';
import { templateProject } from './template-project.js';
import { NO_SETTINGS, parseTemplateSettings } from './template-settings.js';

/** What a workflow of GitHub says, which looks like Liquid and is none of it. */
const CI = `$\{{ secrets.KEY }}`;
const NOTHING = { renderFiles: [], ignoreFiles: [] };
const files = (texts: Record<string, string>): TemplateFile[] =>
  Object.entries(texts).map(([path, text]) => ({ path, contents: Buffer.from(text) }));
const texts = (made: readonly TemplateFile[]) =>
  Object.fromEntries(made.map(({ path, contents }) => [path, contents.toString()]));

describe('templateProject', () => {
  it('renders what Cargo Lambda always renders, and copies the rest', () => {
    const made = templateProject(
      files({
        'Cargo.toml': '{{ project_name }}',
        'README.md': '{{ project_name }}',
        'src/main.rs': '{{ project_name }}',
        'src/lib.rs': '{{ project_name }}',
        'src/bin/x.rs': '{{ project_name }}',
        'src/other.rs': '{{ project_name }}',
        'ci.yml': CI,
      }),
      NO_SETTINGS,
      { project_name: 'hello' },
      NOTHING,
    );
    expect(texts(made)).toEqual({
      'Cargo.toml': 'hello',
      'README.md': 'hello',
      'src/main.rs': 'hello',
      'src/lib.rs': 'hello',
      'src/bin/x.rs': 'hello',
      'src/other.rs': '{{ project_name }}',
      'ci.yml': CI,
    });
  });

  it('follows the settings and the flags', () => {
    const settings = parseTemplateSettings(
      `[template]
       render_files = ["a.txt", "docs"]
       ignore_files = ["secret"]
       [template.render_conditional_files]
       "if.txt" = { var = "ci", match = true }
       "unless.txt" = { var = "license", not_match = "MIT" }
       [template.ignore_conditional_files]
       ".github" = { var = "ci", match = false }
       "APACHE" = { var = "license", not_match = "APACHE" }
       "unknown" = { var = "nobody", not_match = "x" }`,
      'CargoLambda.toml',
    );
    const all = files({
      'a.txt': '{{ x }}',
      'b.txt': '{{ x }}',
      'c.txt': '{{ x }}',
      'docs/deep/d.md': '{{ x }}',
      'secret/key': 's',
      'if.txt': '{{ x }}',
      'unless.txt': '{{ x }}',
      '.github/w.yml': 'w',
      APACHE: 'A',
      unknown: 'u',
      'gone.txt': 'g',
      'CargoLambda.toml': '[template]',
    });
    const made = templateProject(
      all,
      settings,
      { x: '1', ci: true, license: 'MIT' },
      {
        renderFiles: ['./b.txt'],
        ignoreFiles: ['gone.txt'],
      },
    );
    expect(texts(made)).toEqual({
      '.github/w.yml': 'w',
      'a.txt': '1',
      'b.txt': '1',
      'c.txt': '{{ x }}',
      'docs/deep/d.md': '1',
      'if.txt': '1',
      'unless.txt': '{{ x }}',
      unknown: 'u',
    });
  });

  it('renders names of files, and keeps them inside the project', () => {
    const source = files({ 'src/{{ name }}.rs': 'x' });
    expect(texts(templateProject(source, NO_SETTINGS, { name: 'api' }, NOTHING))).toEqual({
      'src/api.rs': 'x',
    });
    for (const name of ['../../x', '/../../x', '..\\x']) {
      expect(() => templateProject(source, NO_SETTINGS, { name }, NOTHING)).toThrow(/outside the project/);
    }
    expect(() => templateProject(files({ '{{ name }}': 'x' }), NO_SETTINGS, { name: '' }, NOTHING)).toThrow();
  });

  it('keeps a CargoLambda.toml that says more than the template', () => {
    const source = files({ 'CargoLambda.toml': '[template]\n[build]\nrelease = true\n' });
    expect(templateProject(source, NO_SETTINGS, {}, NOTHING)).toHaveLength(1);
  });

  it('names the file and the variable that is missing', () => {
    expect(() => templateProject(files({ 'README.md': '{{ nope }}' }), NO_SETTINGS, {}, NOTHING)).toThrow(
      /README\.md cannot be rendered: undefined variable: nope/,
    );
  });

  it('lets a template ask for a variable that is not there', () => {
    const source = files({ 'README.md': '{% if nope %}a{% else %}b{% endif %}' });
    expect(texts(templateProject(source, NO_SETTINGS, {}, NOTHING))).toEqual({ 'README.md': 'b' });
  });

  it('gives a template no way to other files', () => {
    for (const tag of ['include', 'render', 'layout']) {
      const source = files({ 'README.md': `{% ${tag} './package.json' %}` });
      expect(() => templateProject(source, NO_SETTINGS, {}, NOTHING)).toThrow(/cannot be rendered/);
    }
  });
});

describe('parseTemplateSettings', () => {
  it('reads every key', () => {
    const settings = parseTemplateSettings(
      `[template]
       disable_default_prompts = true
       render_all_files = true
       [template.prompts.runtime]
       message = "Which runtime?"
       choices = ["a", "b"]
       default = "a"
       help = "h"
       [template.prompts.ci]
       message = "CI?"
       default = false`,
      'x',
    );
    expect(settings).toMatchObject({ disable_default_prompts: true, render_all_files: true });
    expect(Object.keys(settings.prompts)).toEqual(['runtime', 'ci']);
  });

  it.each([
    ['[template]\nrender_file = []', 'template.render_file, which is unknown', 'Write render_files instead'],
    ['[template]\nrender_files = "a"', 'template.render_files is "a", and should be Array', 'Mend or remove'],
    [
      '[template.prompts.x]\nmesage = "m"\nmessage = "m"',
      'template.prompts.x.mesage',
      'Write message instead',
    ],
    ['[template', 'is not TOML', 'Mend that line'],
  ])('refuses %j', (toml, what, fix) => {
    expect(() => parseTemplateSettings(toml, 'CargoLambda.toml')).toThrow(
      expect.objectContaining({ message: expect.stringContaining(what), fix: expect.stringContaining(fix) }),
    );
  });
});
