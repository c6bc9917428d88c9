using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Dataset;

internal sealed class PauseCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _dataset;
    private readonly Option<string> _reason;

    public PauseCommand(CommandContext context)
        : base(context, "pause", "Apply nothing of a dataset until it is resumed, after restarts too. Legacy keeps its changes meanwhile.",
            "hub dataset pause catalog --reason \"New's store is being moved\"")
    {
        _dataset = Word("DATASET", "The dataset's name.");
        _reason = Flag<string>("--reason", "Why; it is told with the state and stays in the audit trail.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var dataset = await control.Api.PauseDatasetAsync(
            parsed.GetRequiredValue(_dataset), new PauseDataset(parsed.GetValue(_reason)), cancellationToken);
        _output.Write(parsed, dataset, DatasetTable.Of([dataset], Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
