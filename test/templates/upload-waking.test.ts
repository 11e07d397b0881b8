import { expect } from 'chai';
import { TEST_KEY } from '../support/app.ts';
import { BALANCER_503 } from '../support/functions/front.ts';
import { putToSleep } from '../support/functions/keeper.ts';
import { created, TEXT, UploadStage } from '../support/functions/upload-stage.ts';

describe('upload function before a service that is not ready', () => {
  let stage: UploadStage;

  beforeEach(async () => {
    stage = await UploadStage.start();
  });
  afterEach(() => stage.close());

  describe('a sleeping service', () => {
    /** Asleep: the load balancer answers until a task is healthy, so many looks after it was woken. */
    async function asleep(looks: number): Promise<void> {
      putToSleep(stage.account);
      stage.account.before.set('DescribeTargetHealth', () => {
        stage.account.healthy = --looks > 0 ? 0 : 1;
      });
      await stage.arrange({ files: { 'a.txt': TEXT } }, () =>
        stage.account.healthy > 0 ? undefined : BALANCER_503,
      );
    }

    it('is woken through the keeper, waited for and then asked', async () => {
      await asleep(4);
      expect(await stage.run([created('a.txt')])).to.deep.equal([]);
      expect(stage.account.service.desired).to.equal(1);
      expect(stage.account.callsOf('Invoke').length).to.be.at.least(4);
      expect(stage.front.requests).to.deep.equal(['POST /summarize']);
      expect(stage.said).to.deep.equal(['waking the service', 'summarized']);
    });

    it('that does not wake in time sends the messages back, without a request', async () => {
      await asleep(1000);
      expect(await stage.run([created('a.txt')], { seconds: 12 })).to.deep.equal(['message-0']);
      expect(stage.front.requests).to.deep.equal([]);
    });

    it('that still answers 503 when it should be awake is asked again', async () => {
      await stage.arrange({ files: { 'a.txt': TEXT } }, (nth) => (nth < 3 ? BALANCER_503 : undefined));
      expect(await stage.run([created('a.txt')])).to.deep.equal([]);
      expect(stage.front.requests).to.have.length(3);
    });

    it('that falls asleep again and does not wake in time sends the message back', async () => {
      await stage.arrange({ files: { 'a.txt': TEXT } }, () => {
        stage.account.healthy = 0;
        return BALANCER_503;
      });
      expect(await stage.run([created('a.txt')], { seconds: 131 })).to.deep.equal(['message-0']);
      expect(stage.front.requests).to.have.length(1);
    });

    it('is asked all the same when the keeper cannot be', async () => {
      stage.account.refusals.set('Invoke', { status: 403, type: 'AccessDeniedException', message: 'denied' });
      await stage.arrange({ files: { 'a.txt': TEXT } });
      expect(await stage.run([created('a.txt')])).to.deep.equal([]);
      expect(stage.said).to.deep.equal(['the keeper could not be asked', 'summarized']);
    });

    it('is asked all the same when the keeper fails', async () => {
      stage.account.service.gone = true;
      await stage.arrange({ files: { 'a.txt': TEXT } });
      expect(await stage.run([created('a.txt')])).to.deep.equal([]);
      expect(stage.said).to.deep.equal(['the keeper could not be asked', 'summarized']);
    });
  });

  describe('a key that is not accepted', () => {
    it('is tried again: API Gateway takes a moment to learn a new one', async () => {
      await stage.arrange({ files: { 'a.txt': TEXT } }, (nth) =>
        nth < 4 ? { status: 403, body: '{"message":"Forbidden"}' } : undefined,
      );
      expect(await stage.run([created('a.txt')])).to.deep.equal([]);
      expect(stage.front.requests).to.have.length(4);
    });

    it('is read again, for it may have been replaced', async () => {
      stage.account.secret = 'the-key-of-before-the-deployment-0123456';
      await stage.arrange({ files: { 'a.txt': TEXT } });
      stage.account.before.set('GetSecretValue', () => {
        if (stage.account.callsOf('GetSecretValue').length > 1) stage.account.secret = TEST_KEY;
      });
      expect(await stage.run([created('a.txt')])).to.deep.equal([]);
      expect(stage.account.callsOf('GetSecretValue')).to.have.length(2);
    });

    it('sends the message back in the end', async () => {
      stage.account.secret = 'a-key-that-nobody-knows-0123456789012345';
      await stage.arrange({ files: { 'a.txt': TEXT } });
      expect(await stage.run([created('a.txt')])).to.deep.equal(['message-0']);
      expect(stage.front.requests).to.have.length(7);
      expect(stage.upload.logText()).not.to.include(stage.account.secret);
    });

    it('that cannot be read fails the function, so that its alarm rings, and the messages come back soon', async () => {
      stage.account.refusals.set('GetSecretValue', {
        status: 400,
        type: 'AccessDeniedException',
        message: 'denied',
      });
      await stage.arrange({ files: { 'a.txt': TEXT } });
      const error = await stage.run([created('a.txt')]).catch((reason) => reason);
      expect(error).to.be.an('error').with.property('message', 'denied');
      expect(stage.pauses).to.deep.equal([30]);
      expect(stage.front.requests).to.deep.equal([]);
    });
  });
});
