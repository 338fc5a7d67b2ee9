import type { LocalApp } from './app.js';
import { readEventSources } from './event-sources.js';
import { readFunctions } from './functions.js';
import { readHttpApis } from './http-apis.js';
import { remarkOnOthers } from './others.js';
import { AppReader } from './reader.js';
import type { Place } from './resolver.js';
import { readRestApis } from './rest-apis.js';
import { readSchedules } from './schedules.js';
import type { Assembly } from './template.js';

/** What the local service makes of an app, and what it leaves out. Pure: what is undecided is a remark, never thrown. */
export function readApp(assembly: Assembly, place: Place): LocalApp {
  const app = new AppReader(assembly, place);
  const functions = readFunctions(app);
  const apis = [...readHttpApis(app), ...readRestApis(app)];
  const eventSources = readEventSources(app, functions);
  const schedules = readSchedules(app, functions);
  remarkOnOthers(app, functions);
  for (const text of assembly.missing)
    app.remarks.push({
      resource: text,
      type: 'context',
      why: 'the app looks this up in AWS and has a made-up value instead; `cdk synth` writes it into cdk.context.json',
    });
  return {
    functions,
    extensions: functions.flatMap((one) => one.extensions),
    apis,
    eventSources,
    schedules,
    remarks: app.remarks,
  };
}
