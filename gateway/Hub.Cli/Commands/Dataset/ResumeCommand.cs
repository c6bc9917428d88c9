using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Dataset;

internal sealed class ResumeCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _dataset;
    private readonly Option<bool> _snapshot;
    private readonly Option<bool> _asIs;
    private readonly Option<string> _reason;

    public ResumeCommand(CommandContext context)
        : base(context, "resume", "Go on with a dataset that is paused. Where changes may be missing, one of --snapshot and --as-is has to say how.",
            "hub dataset resume catalog", "hub dataset resume catalog --snapshot", "hub dataset resume catalog --as-is --reason \"verified by hand\"")
    {
        _dataset = Word("DATASET", "The dataset's name.");
        _snapshot = Flag<bool>("--snapshot", "Copy all its tables again, from legacy's present on.");
        _asIs = Flag<bool>("--as-is", "Go on where it stands: what is missing stays missing until it is verified or copied.");
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (snapshot, asIs) = (parsed.GetValue(_snapshot), parsed.GetValue(_asIs));
        if (snapshot && asIs)
        {
            throw new UsageException("--snapshot and --as-is are two ways: give one of them.");
        }

        using var control = _connection.Connect(parsed);
        var dataset = await control.Api.ResumeDatasetAsync(
            parsed.GetRequiredValue(_dataset), new ResumeDataset(snapshot ? "snapshot" : asIs ? "as-is" : null, parsed.GetValue(_reason)), cancellationToken);
        _output.Write(parsed, dataset, DatasetTable.Of([dataset], Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
