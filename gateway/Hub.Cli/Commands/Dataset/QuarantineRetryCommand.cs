using System.CommandLine;
using Hub.Cli.Features;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Dataset;

internal sealed class QuarantineRetryCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _dataset;
    private readonly Argument<long?> _id;
    private readonly Option<string> _target;
    private readonly Option<string> _reason;

    public QuarantineRetryCommand(CommandContext context, Argument<string> dataset)
        : base(context, "retry", "Try what waits again, or one entry of it: after the mapping, New's table or legacy's row was corrected.",
            "hub dataset quarantine catalog retry", "hub dataset quarantine catalog retry 12 --target product")
    {
        _dataset = dataset;
        _id = new Argument<long?>("ID") { Description = "One entry, as list shows it (default: all).", Arity = ArgumentArity.ZeroOrOne };
        Add(_id);
        _target = Flag<string>("--target", "One of the dataset's targets (default: all; with an ID the only one).", "TARGET");
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var entries = await control.Api.RetryQuarantineAsync(
            parsed.GetRequiredValue(_dataset), new ChangeQuarantine(parsed.GetValue(_target), parsed.GetValue(_id), parsed.GetValue(_reason)), cancellationToken);
        _output.Write(parsed, entries, output => output.WriteLine("It is tried again now; what is left: hub dataset quarantine DATASET list"));
        return CommandLine.Done;
    }
}
