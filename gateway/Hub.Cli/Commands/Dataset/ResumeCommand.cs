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
    private readonly Option<bool> _verify;
    private readonly Option<bool> _asIs;
    private readonly Option<string> _reason;

    public ResumeCommand(CommandContext context)
        : base(context, "resume", "Go on with a dataset that is paused. Where changes may be missing, one of --snapshot, --verify and --as-is has to say how.",
            "hub dataset resume catalog", "hub dataset resume catalog --snapshot", "hub dataset resume catalog --verify", "hub dataset resume catalog --as-is --reason \"verified by hand\"")
    {
        _dataset = Word("DATASET", "The dataset's name.");
        _snapshot = Flag<bool>("--snapshot", "Copy all its tables again, from legacy's present on.");
        _verify = Flag<bool>("--verify", "Go on where it stands, and verify all its tables at once: what is missing is found, and written by hub dataset verify --repair.");
        _asIs = Flag<bool>("--as-is", "Go on where it stands: what is missing stays missing until it is verified or copied.");
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string[] ways = [.. new[] { _snapshot, _verify, _asIs }.Where(parsed.GetValue).Select(way => way.Name)];
        if (ways.Length > 1)
        {
            throw new UsageException($"{string.Join(" and ", ways)} are different ways: give one of them.");
        }

        using var control = _connection.Connect(parsed);
        var dataset = await control.Api.ResumeDatasetAsync(
            parsed.GetRequiredValue(_dataset), new ResumeDataset(ways.FirstOrDefault()?.TrimStart('-'), parsed.GetValue(_reason)), cancellationToken);
        _output.Write(parsed, dataset, DatasetTable.Of([dataset], Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
