import { type BedrockServer, startBedrockServer } from '../bedrock-server/server.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { type Gateway, openGateway } from './gateway.ts';
import { startTask } from './real-task.ts';
import { createWholeStage, type WholeStage } from './whole-stage.ts';

/** A whole stage `dev` in an account of its own, its emulated API in front of the real server. */
export interface ServedStage {
  emulator: Emulator;
  stage: WholeStage;
  bedrock: BedrockServer;
  gateway: Gateway;
  close(): Promise<void>;
}

export async function startServedStage(): Promise<ServedStage> {
  const closing: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    const emulator = await startEmulator();
    closing.push(() => emulator.close());
    const stage = await createWholeStage(emulator, 'dev');
    const bedrock = await startBedrockServer();
    closing.push(() => bedrock.close());
    const task = await startTask(emulator, stage, bedrock.url);
    closing.push(() => task.close());
    const gateway = await openGateway(emulator, stage, task.url);
    closing.push(() => gateway.close());
    return { emulator, stage, bedrock, gateway, close };
  } catch (error) {
    await close();
    throw error;
  }
}
