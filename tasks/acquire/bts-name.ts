/** What BTS calls the zip of a month. */
export const btsName = (year: number, month: number): string =>
  `On_Time_Reporting_Carrier_On_Time_Performance_1987_present_${year}_${month}.zip`;
