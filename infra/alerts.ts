import * as aws from '@pulumi/aws';
import { ComponentResource, type ComponentResourceOptions } from '@pulumi/pulumi';
import type { Airflow } from './airflow.ts';
import type { Config } from './config.ts';
import type { Database } from './database.ts';
import type { Notices } from './notices.ts';

export interface AlertsArgs {
  name: string;
  config: Config;
  database: Database;
  airflow: Airflow;
  notices: Notices;
}

const gibibyte = 1024 ** 3;
/**
 * Share of the initial storage that must be free. RDS enlarges the storage when a tenth of what there is is left, so less than
 * that means that it cannot. CloudWatch does not know how far it has grown; the alarm of a large one comes later.
 */
const freeShare = 0.08;
const budgetPercents = [80, 100];

/** What a person must know of without looking: the database is nearly full, a run has failed, the month is expensive. */
export class Alerts extends ComponentResource {
  constructor(name: string, args: AlertsArgs, options?: ComponentResourceOptions) {
    super('delaywatch:Alerts', name, {}, options);
    const { config, database, airflow, notices } = args;
    const told = { alarmActions: [notices.topicArn] };
    new aws.cloudwatch.MetricAlarm(
      `${name}-storage`,
      {
        name: `${args.name}-database-storage`,
        alarmDescription: 'The database has little storage left and cannot grow further: see maxStorageGibibytes',
        namespace: 'AWS/RDS',
        metricName: 'FreeStorageSpace',
        dimensions: { DBInstanceIdentifier: database.identifier },
        statistic: 'Minimum',
        period: 300,
        evaluationPeriods: 3,
        comparisonOperator: 'LessThanThreshold',
        threshold: Math.round(config.database.storageGibibytes * gibibyte * freeShare),
        treatMissingData: 'missing',
        ...told,
        okActions: [notices.topicArn],
      },
      { parent: this },
    );
    for (const [ofDag, dag] of [
      ['runs', 'flight_delays'],
      ['runs-so-far', 'flight_delays_so_far'],
    ] as const) {
      new aws.cloudwatch.MetricAlarm(
        `${name}-${ofDag}`,
        {
          name: `${args.name}-failed-${ofDag}`,
          alarmDescription: `A run of ${dag} has failed; its log says why, and docs/operations.md says what to do`,
          namespace: 'AmazonMWAA',
          metricName: 'DAGDurationFailed',
          dimensions: { Environment: airflow.environmentName, DAG: dag },
          // Each failed run adds one value to the metric, its duration. Without a failed run the metric has no value.
          statistic: 'SampleCount',
          period: 300,
          evaluationPeriods: 1,
          comparisonOperator: 'GreaterThanOrEqualToThreshold',
          threshold: 1,
          treatMissingData: 'notBreaching',
          ...told,
        },
        { parent: this },
      );
    }
    const { monthlyBudgetDollars } = config.alerts;
    if (monthlyBudgetDollars) {
      new aws.budgets.Budget(
        name,
        {
          name: args.name,
          budgetType: 'COST',
          timeUnit: 'MONTHLY',
          limitAmount: `${monthlyBudgetDollars}`,
          limitUnit: 'USD',
          costFilters: [{ name: 'TagKeyValue', values: [`user:Deployment$${args.name}`] }],
          notifications: budgetPercents.map((threshold) => ({
            comparisonOperator: 'GREATER_THAN',
            threshold,
            thresholdType: 'PERCENTAGE',
            notificationType: threshold === 100 ? 'ACTUAL' : 'FORECASTED',
            subscriberSnsTopicArns: [notices.topicArn],
          })),
        },
        // AWS Budgets may write to the topic only because of the topic's policy.
        { parent: this, dependsOn: [notices] },
      );
    }
    this.registerOutputs({});
  }
}
