using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Dataset;

internal sealed class QuarantineDiscardCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _dataset;
    private readonly Argument<string> _target;
    private readonly Argument<long> _id;
    private readonly Option<string> _reason;

    public QuarantineDiscardCommand(CommandContext context, Argument<string> dataset)
        : base(context, "discard", "Forget what waits for a key: New's row stays as it is until legacy's next change of it.", "hub dataset quarantine catalog discard product 12 --reason \"a test order\"")
    {
        _dataset = dataset;
        _target = Word("TARGET", "The dataset's target.");
        _id = new Argument<long>("ID") { Description = "The entry, as list shows it." };
        Add(_id);
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var entry = await control.Api.DiscardQuarantinedAsync(
            parsed.GetRequiredValue(_dataset), new ChangeQuarantine(parsed.GetRequiredValue(_target), parsed.GetRequiredValue(_id), parsed.GetValue(_reason)), cancellationToken);
        _output.Write(parsed, entry, QuarantineTable.Of([entry], Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
