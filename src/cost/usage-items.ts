import type { Parameters } from '../stack/deploy-settings.ts';
import { type CostItem, costItem } from './cost-item.ts';
import type { RegionPrices } from './price-table.ts';
import { tokenPrice } from './token-prices.ts';
import {
  ENDPOINT_KB_A_SUMMARY,
  FUNCTION_GB,
  KB_A_REQUEST,
  LOG_KB_A_REQUEST,
  QUEUE_REQUESTS_AN_UPLOAD,
  TOKENS_A_SUMMARY,
  UPLOAD_FUNCTION_SECONDS,
} from './workload.ts';

const COUNT = 1000;
const KB_IN_GB = 1e6;

/** What 1,000 requests cost that each make the model write a summary; most cost less, because summaries are kept. */
export function requestItems(values: Parameters, prices: RegionPrices): CostItem[] {
  const gb = (COUNT * KB_A_REQUEST) / KB_IN_GB;
  return [
    ...summaryItems(values, prices, 'each a summary that is not in the cache'),
    costItem(
      'api_gateway',
      'API Gateway',
      [COUNT / 1e6, 'million requests'],
      prices.restMillion,
      'one call each; data sent to the internet comes on top',
    ),
    costItem(
      'load_balancer_capacity',
      'Load balancer, capacity units',
      [gb, 'capacity unit hour'],
      prices.loadBalancerCapacityUnitHour,
      `${KB_A_REQUEST} kB a request, a GB for each unit and hour`,
    ),
    logItem(prices),
  ];
}

/** What 1,000 new files cost that are summarized ahead of time; nothing where that is off. */
export function uploadItems(values: Parameters, prices: RegionPrices): CostItem[] {
  if (values.Presummarize !== 'on') return [];
  const seconds = COUNT * UPLOAD_FUNCTION_SECONDS;
  return [
    ...summaryItems(values, prices, 'each summarized once'),
    costItem(
      'api_gateway',
      'API Gateway',
      [COUNT / 1e6, 'million requests'],
      prices.restMillion,
      'the function calls the API like anybody',
    ),
    costItem(
      'upload_function',
      'Upload function',
      [seconds * FUNCTION_GB, 'GB-second'],
      prices.lambdaArmGbSecond,
      `${FUNCTION_GB * 1024} MB for ${UPLOAD_FUNCTION_SECONDS} s, while the model writes`,
    ),
    costItem(
      'upload_function_calls',
      'Upload function, calls',
      [COUNT / 1e6, 'million requests'],
      prices.lambdaMillion,
      'one a file',
    ),
    costItem(
      'upload_queue',
      'Queue',
      [(COUNT * QUEUE_REQUESTS_AN_UPLOAD) / 1e6, 'million requests'],
      prices.sqsMillion,
      'sent, received and deleted; looking into an empty queue not counted',
    ),
    logItem(prices),
  ];
}

function summaryItems(values: Parameters, prices: RegionPrices, why: string): CostItem[] {
  const tokens = tokenPrice(values.ModelId ?? '');
  const { input, output } = TOKENS_A_SUMMARY;
  return [
    costItem(
      'tokens_in',
      'Model, tokens read',
      [(COUNT * input) / 1e6, 'million tokens'],
      tokens?.input,
      `${input} tokens, ${why}`,
    ),
    costItem(
      'tokens_out',
      'Model, tokens written',
      [(COUNT * output) / 1e6, 'million tokens'],
      tokens?.output,
      `${output} tokens, ${why}`,
    ),
    ...(values.NetworkMode === 'private'
      ? [
          costItem(
            'endpoint_data',
            'Endpoints, data',
            [(COUNT * ENDPOINT_KB_A_SUMMARY) / KB_IN_GB, 'GB'],
            prices.endpointGb,
            `${ENDPOINT_KB_A_SUMMARY} kB between task and model; files come from S3 without charge`,
          ),
        ]
      : []),
  ];
}

function logItem(prices: RegionPrices): CostItem {
  return costItem(
    'logs',
    'Logs',
    [(COUNT * LOG_KB_A_REQUEST) / KB_IN_GB, 'GB'],
    prices.logGb,
    `${LOG_KB_A_REQUEST} kB a request, kept for 30 days`,
  );
}
