import type { FunctionSettings, FunctionTarget, Project } from './project.js';

type Change = Partial<Omit<FunctionTarget, 'settings'>> & { readonly settings?: Partial<FunctionSettings> };

/** A project as `loadProject` would give it, for tests of what is decided from it. */
export function projectWith(functions: readonly Change[], change: Partial<Project> = {}): Project {
  return {
    cwd: '/p',
    workspaceRoot: '/p',
    targetDirectory: '/p/target',
    lockfile: '/p/Cargo.lock',
    manifestPaths: ['/p/Cargo.toml'],
    packageRoots: ['/p'],
    configurationFiles: [],
    functions: functions.map(functionWith),
    router: [],
    selection: {
      packages: [],
      workspace: false,
      exclude: [],
      bins: [],
      examples: [],
      tests: [],
      benches: [],
      allBins: false,
      allExamples: false,
      allTests: false,
      allBenches: false,
    },
    releaseProfile: {},
    settings: { watch: {}, build: {}, deploy: {}, origins: {} },
    ...change,
  };
}

function functionWith(change: Change): FunctionTarget {
  return {
    name: 'hello',
    packageName: 'hello',
    packageRoot: '/p',
    manifestPath: '/p/Cargo.toml',
    kind: 'bin',
    requiredFeatures: [],
    features: [],
    isHttp: false,
    ...change,
    settings: {
      memoryMb: 128,
      timeoutSeconds: 30,
      environment: {},
      logging: { logFormat: 'Text', applicationLogLevel: 'INFO', systemLogLevel: 'INFO' },
      include: [],
      watch: {},
      build: {},
      deploy: {},
      origins: {},
      ...change.settings,
    },
  };
}
