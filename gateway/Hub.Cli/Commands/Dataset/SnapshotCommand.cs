using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Dataset;

internal sealed class SnapshotCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _dataset;
    private readonly Option<string> _table;
    private readonly Option<string> _target;
    private readonly Option<string> _reason;

    public SnapshotCommand(CommandContext context)
        : base(context, "snapshot", "Copy a dataset's tables again, or one of them, while changes go on being applied. Progress: hub dataset show.",
            "hub dataset snapshot catalog --table Product", "hub dataset snapshot catalog --target pricing")
    {
        _dataset = Word("DATASET", "The dataset's name.");
        _table = Flag<string>("--table", "One of legacy's tables (default: all of the dataset).", "TABLE");
        _target = Flag<string>("--target", "One of the dataset's targets (default: all).", "TARGET");
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var dataset = await control.Api.SnapshotDatasetAsync(
            parsed.GetRequiredValue(_dataset), new SnapshotDataset(parsed.GetValue(_table), parsed.GetValue(_target), parsed.GetValue(_reason)), cancellationToken);
        _output.Write(parsed, dataset, DatasetTable.Of([dataset], Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
