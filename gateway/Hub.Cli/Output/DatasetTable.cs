using Hub.Control.Protocol;

namespace Hub.Cli.Output;

internal static class DatasetTable
{
    public static TextTable Of(IEnumerable<DatasetView> datasets, TimeProvider time)
    {
        var table = new TextTable("DATASET", "OWNER", "STATE", "LAG", "BEHIND", "APPLIED UP TO", "TARGETS", "QUARANTINED", "PROBLEMS");
        foreach (var dataset in datasets)
        {
            table.Add(
                dataset.Name, dataset.Owner, dataset.State, Words.Seconds(dataset.LagSeconds), dataset.LagEvents?.ToString(),
                Words.Time(dataset.AppliedAt, time), string.Join(", ", dataset.Targets.Select(target => target.Name)),
                Words.Number(dataset.Targets.Sum(target => target.Quarantined)), Words.List(dataset.Problems));
        }

        return table;
    }
}
