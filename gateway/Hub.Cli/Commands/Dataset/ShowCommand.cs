using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Dataset;

internal sealed class ShowCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _dataset;

    public ShowCommand(CommandContext context)
        : base(context, "show", "One dataset: its targets, positions and rows, and what is wrong.", "hub dataset show catalog")
    {
        _dataset = Word("DATASET", "The dataset's name.");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var dataset = await control.Api.GetDatasetAsync(parsed.GetRequiredValue(_dataset), cancellationToken);
        _output.Write(parsed, dataset, output => Write(output, dataset));
        return CommandLine.Done;
    }

    private void Write(TextWriter output, DatasetView dataset)
    {
        new Fields
        {
            { "dataset", dataset.Name },
            { "owner", dataset.Owner },
            { "state", dataset.State },
            { "lag", Words.Seconds(dataset.LagSeconds) },
            { "behind", dataset.LagEvents is { } events ? $"{Words.Number(events)} changes" : null },
            { "applied", Words.Time(dataset.AppliedAt, Context.Time) },
            { "source keeps", dataset.Log?.KeptBytes is { } kept ? $"{Words.Size(kept)}{(dataset.Log.BoundBytes is { } bound ? $" of {Words.Size(bound)}" : "")}" : null },
        }.WriteTo(output);
        foreach (var problem in dataset.Problems)
        {
            output.WriteLine($"wrong: {problem}");
        }

        var targets = new TextTable("TARGET", "STATE", "LAG", "POSITION", "APPLIED", "QUARANTINED", "VERIFIED", "DIFFERENT", "CUT", "FAILED", "ROWS");
        foreach (var target in dataset.Targets)
        {
            targets.Add(
                target.Name, target.State, Words.Seconds(target.LagSeconds), target.Position, Words.Number(target.Applied), Words.Number(target.Quarantined),
                Words.Time(target.VerifiedAt, Context.Time), Words.Number(target.Differences), Words.Number(target.Cut), Words.Time(target.FailedAt, Context.Time),
                string.Join(", ", target.Rows.Select(table => $"{table.Key} {Words.Number(table.Value)}")));
        }

        if (!targets.IsEmpty)
        {
            output.WriteLine();
            targets.WriteTo(output);
        }

        var copies = new TextTable("TARGET", "COPIES", "ROWS", "OF ABOUT", "ROWS/S", "LEFT");
        foreach (var (target, copy) in dataset.Targets.Where(target => target.Copy is not null).Select(target => (target.Name, target.Copy!)))
        {
            copies.Add(
                target, copy.Table, Words.Number(copy.Rows), copy.Estimate is { } estimate ? Words.Number(estimate) : "-",
                copy.RowsPerSecond is { } rate ? Words.Number((long)rate) : "-", Words.Seconds(copy.SecondsLeft));
        }

        if (!copies.IsEmpty)
        {
            output.WriteLine();
            copies.WriteTo(output);
        }
    }
}
