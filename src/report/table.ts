import CliTable from 'cli-table3';
import { createColors } from 'picocolors';
