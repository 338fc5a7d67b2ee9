import { readFileSync, rmSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { EPHEMERAL_STORAGE_MB } from '../../lambda/limits.js';
import { type Reaper, reapedFolder, startReaper } from '../../process/reaper.js';
import { type Exit, supervise } from '../../process/supervise.js';
import type { ConfinementRequest, Isolation } from '../isolation.js';
import { inBackground, type Starting } from './background.js';
import { type BwrapFacts, BwrapView } from './bwrap-view.js';
import { Confined, type Means } from './confined.js';
import { type GroupRoot, openGroupRoot } from './group-root.js';
import { launchRequest, type Tools } from './launch.js';
import { systemPieces } from './machine-files.js';
import { findProgram } from './programs.js';
import { type ResourceLimit, resourceLimits } from './resource-limits.js';
import { Spares } from './spares.js';
import { type Abilities, type CpuName, NO_BWRAP } from './strength.js';
import { TmpDisks } from './tmp-disks.js';
import { plainView, type View } from './view.js';

/** What this Linux offers, found out by using it, and kept for the life of one service. */
export class Linux {
  private environments = 0;

  private constructor(
    readonly abilities: Abilities,
    private readonly bwrap: BwrapFacts | undefined,
    private readonly groups: GroupRoot | undefined,
    private readonly disks: TmpDisks | undefined,
    private readonly tools: Tools | undefined,
    private readonly limits: readonly ResourceLimit[],
    private readonly starting: Starting,
  ) {}

  /** @param reaper removes what is made here, should this process be killed */
  static async open(reaper: Reaper): Promise<Linux> {
    const tools = findTools();
    const groups = tools && openGroupRoot(reaper);
    // After the groups: what starts functions is where this process is.
    const opening = inBackground(reaper);
    const [starting, bwrap, disks] = await Promise.all([
      opening,
      findBwrap(tools, reaper),
      opening.then((how) => findDisks(how, reaper)),
    ]);
    const views = typeof bwrap === 'string' ? undefined : bwrap;
    const sized = views?.privileged ? disks : undefined;
    if (!sized) disks?.close();
    const abilities: Abilities = {
      views: typeof bwrap === 'string' ? bwrap : true,
      memory: groups?.places.memory !== undefined,
      cpu: groups?.places.cpu !== undefined,
      freezer: groups?.places.freezer !== undefined,
      sizedTmp: sized !== undefined,
    };
    const limits = tools ? limitsFor(views) : [];
    return new Linux(abilities, views, groups, sized, tools, limits, starting);
  }

  /** What there is here, for who only asks. */
  static async probe(): Promise<Abilities> {
    const reaper = startReaper();
    try {
      const linux = await Linux.open(reaper);
      linux.close();
      return linux.abilities;
    } finally {
      reaper.close();
    }
  }

  isolation(cpu: CpuName): Isolation {
    // Where neither has to be made, nothing takes long.
    const spares = this.bwrap && this.groups && new Spares((request) => this.make(request, cpu));
    return {
      confine: (request) => {
        const spare = spares?.take(request);
        spares?.used(request);
        return spare ?? this.make(request, cpu);
      },
      prepare: (request) => spares?.prepare(request),
      forget: (functionName) => spares?.forget(functionName),
      close: () => {
        spares?.close();
        this.close();
      },
    };
  }

  close(): void {
    this.groups?.close();
    this.disks?.close();
    this.starting.close();
  }

  private make(request: ConfinementRequest, cpu: CpuName): Confined {
    const { tools, limits, starting } = this;
    const means: Means = {
      view: this.viewFor(request),
      group: this.groups?.make(request.memoryMb, cpu === 'aws'),
      starting,
      ...(tools && { tools, limits }),
    };
    return new Confined(request, means);
  }

  private viewFor(request: ConfinementRequest): View {
    if (!this.bwrap) return plainView(request);
    this.environments += 1;
    const { disks } = this;
    const disk = disks && (() => disks.take(request.ephemeralStorageMb));
    return new BwrapView(
      this.bwrap,
      { ...request, uid: uidOf(this.environments), disk },
      this.starting.start,
    );
  }
}

/**
 * With root, every environment is a user of its own: processes are counted by user (RLIMIT_NPROC). The numbers are
 * beyond those that systems give to people and services.
 */
function uidOf(environment: number): number {
  return 2_000_000_000 + ((process.pid * 1_000 + environment) % 100_000_000);
}

function limitsFor(views: BwrapFacts | undefined): ResourceLimit[] {
  const own = textOf('/proc/self/limits');
  // Before Linux 5.14 processes were counted by user alone, not by user and namespace: the person's own would count.
  const counted = views && (views.privileged || atLeast(release(), 5, 14));
  return resourceLimits(own, counted ? [] : ['nproc']);
}

function atLeast(version: string, major: number, minor: number): boolean {
  const [first = 0, second = 0] = version.split('.').map(Number);
  return first > major || (first === major && second >= minor);
}

function findTools(): Tools | undefined {
  const nsenter = findProgram('nsenter');
  const prlimit = findProgram('prlimit');
  return nsenter && prlimit ? { nsenter, prlimit } : undefined;
}

async function findDisks({ start }: Starting, reaper: Reaper): Promise<TmpDisks | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const bwrap = findProgram('bwrap');
  if (!bwrap) return undefined;
  const disks = new TmpDisks(bwrap, start, reaper);
  try {
    await disks.prepare(EPHEMERAL_STORAGE_MB.default);
    return disks;
  } catch {
    disks.close();
    return undefined;
  }
}

/** How bubblewrap works here, or why it doesn't. */
async function findBwrap(tools: Tools | undefined, reaper: Reaper): Promise<BwrapFacts | string> {
  const bwrap = findProgram('bwrap');
  if (!bwrap) return NO_BWRAP;
  if (!tools) return 'nsenter and prlimit (util-linux) are not installed';
  const system = systemPieces();
  const ways = process.getuid?.() === 0 ? [true, false] : [false];
  let reason = '';
  for (const privileged of ways) {
    const facts = { bwrap, privileged, system };
    try {
      await tryView(facts, tools, reaper);
      return facts;
    } catch (error) {
      reason = (error as Error).message;
    }
  }
  return `bubblewrap does not work here (${reason.split('\n')[0]})`;
}

/** Starts a process the way functions are started. */
async function tryView(facts: BwrapFacts, tools: Tools, reaper: Reaper): Promise<void> {
  const folder = reapedFolder(reaper, tmpdir(), 'crablet-view-');
  const view = new BwrapView(
    facts,
    {
      taskRoot: folder,
      tmp: folder,
      layers: [],
      extensions: {},
      uid: uidOf(0),
    },
    supervise,
  );
  try {
    await view.ready();
    const placing = view.placing('/bin/true');
    const request = launchRequest({ ...placing, cwd: '/', env: {}, groups: [], limits: [] }, tools);
    const tried = supervise(request);
    let complaints = '';
    tried.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints += text;
    });
    tried.stdout.resume();
    const exit = await new Promise<Exit>((resolve) => tried.onExit(resolve));
    if (exit.kind !== 'exit' || exit.status !== 0)
      throw new Error(complaints.trim() || 'its view cannot be entered');
  } finally {
    view.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
