import { ALIASES, INNER_TABLES, SECTIONS, type Section } from './keys.js';
import { type JsonSchema, type Kind, variables } from './kinds.js';

/**
 * JSON Schemas for editors, from the same table that configuration is read with, so that what an editor takes is what
 * crablet takes. `npm run docs` writes them to schemas/, which is part of the package.
 */
const DIALECT = 'http://json-schema.org/draft-07/schema#';

/** Of CargoLambda.toml: sections, and contexts, which are tables of sections. */
export function configurationFileSchema(): JsonSchema {
  return {
    $schema: DIALECT,
    title: 'CargoLambda.toml',
    type: 'object',
    definitions: definitions(),
    properties: {
      ...sectionProperties(),
      template: { type: 'object', description: 'What crablet new asks for, in a template' },
    },
    additionalProperties: {
      description: 'A context: --context NAME puts its sections over the others',
      type: 'object',
      properties: sectionProperties(),
      additionalProperties: false,
    },
  };
}

/** Of Cargo.toml, as far as it is crablet's; all else in it is for others to check. */
export function manifestSchema(): JsonSchema {
  const lambda = {
    type: 'object',
    properties: {
      ...sectionProperties(),
      bin: {
        type: 'object',
        additionalProperties: {
          type: 'object',
          properties: sectionProperties(),
          additionalProperties: false,
        },
      },
    },
    additionalProperties: false,
  };
  const metadata = {
    type: 'object',
    properties: { metadata: { type: 'object', properties: { lambda } } },
  };
  return {
    $schema: DIALECT,
    title: 'Cargo.toml, [package.metadata.lambda] and [workspace.metadata.lambda]',
    type: 'object',
    definitions: definitions(),
    properties: { package: metadata, workspace: metadata },
  };
}

function sectionProperties(): JsonSchema {
  const names = ['env', ...Object.keys(SECTIONS)];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/definitions/${name}` }]));
}

function definitions(): JsonSchema {
  const sections = (Object.keys(SECTIONS) as Section[]).map((name) => [name, section(name)]);
  return { env: { ...variables.json, description: variables.expected }, ...Object.fromEntries(sections) };
}

function section(name: Section): JsonSchema {
  const kinds: Readonly<Record<string, Kind<unknown>>> = SECTIONS[name];
  const own = Object.entries(kinds).map(([key, kind]) => [key, { ...kind.json, description: kind.expected }]);
  const aliases = Object.entries(ALIASES)
    .filter(([alias, key]) => Object.hasOwn(kinds, key) && !Object.hasOwn(kinds, alias))
    .map(([alias, key]) => [alias, { ...kinds[key]?.json, description: `the same as ${key}` }]);
  const properties = Object.fromEntries([...own, ...aliases]);
  const closed = { type: 'object', additionalProperties: false } as const;
  const inner = INNER_TABLES[name];
  if (inner === undefined) return { ...closed, properties };
  const description = 'the same as these keys beside it';
  return { ...closed, properties: { ...properties, [inner]: { ...closed, description, properties } } };
}
