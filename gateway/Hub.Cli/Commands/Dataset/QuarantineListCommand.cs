using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;

namespace Hub.Cli.Commands.Dataset;

internal sealed class QuarantineListCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _dataset;
    private readonly Option<string> _target;

    public QuarantineListCommand(CommandContext context, Argument<string> dataset)
        : base(context, "list", "Keys that wait, the oldest first: why, and since which change.", "hub dataset quarantine catalog list")
    {
        _dataset = dataset;
        _target = Flag<string>("--target", "One of the dataset's targets (default: all).", "TARGET");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var entries = await control.Api.GetQuarantineAsync(parsed.GetRequiredValue(_dataset), parsed.GetValue(_target), cancellationToken: cancellationToken);
        _output.Write(parsed, entries, entries.IsEmpty ? output => output.WriteLine("Nothing waits.") : QuarantineTable.Of(entries, Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
