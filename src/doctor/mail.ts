import { topicSubscriptions } from '../aws/sns.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';

/** Whether alarms reach somebody. */
export const mail: Diagnosis<Patient> = {
  id: 'mail',
  title: 'mail of alarms',
  needs: ['stack'],
  async look(patient, signal) {
    const email = await patient.parameter('Email');
    if (email === '') {
      return {
        state: 'notice',
        cause: 'no-mail',
        says: 'alarms are mailed to nobody',
        evidence: ['--email was not given'],
        remedy: [`mcp-s3 deploy --email YOU@EXAMPLE.COM ${patient.place}`],
      };
    }
    const all = await topicSubscriptions(patient.connection, await patient.output('TopicArn'), signal);
    const found = all.find(({ protocol, endpoint }) => protocol === 'email' && endpoint === email);
    if (found?.confirmed) return { state: 'good', seen: `${email} is told` };
    if (found === undefined) {
      return {
        state: 'notice',
        cause: 'mail-unsubscribed',
        says: `${email} has unsubscribed from the alarms`,
        evidence: [`sns ListSubscriptionsByTopic: no ${email}`],
        remedy: [
          `aws sns subscribe --topic-arn ${await patient.output('TopicArn')} --protocol email --notification-endpoint ${email} --region ${patient.connection.region}`,
        ],
      };
    }
    return {
      state: 'notice',
      cause: 'mail-not-confirmed',
      says: `${email} has not confirmed that it wants the alarms: none is mailed until then`,
      evidence: ['subscription: PendingConfirmation'],
      remedy: [
        'open the mail "AWS Notification - Subscription Confirmation" there, and follow its link',
        `it did not come, or is older than three days: aws sns subscribe --topic-arn ${await patient.output('TopicArn')} --protocol email --notification-endpoint ${email} --region ${patient.connection.region}`,
      ],
    };
  },
};
