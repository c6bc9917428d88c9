using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.DeadLetter;

internal sealed class DiscardCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<long> _id;
    private readonly Option<string> _reason;

    public DiscardCommand(CommandContext context)
        : base(
            context, "discard", "It is done with: somebody did it by hand, or nobody needs it. Its order stays as it is.",
            "hub deadletter discard 12 --reason \"Booked by hand as SO-77\"")
    {
        _id = new Argument<long>("ID") { Description = "The dead letter, as list shows it." };
        Add(_id);
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail and the order's journal.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var letter = await control.Api.DiscardDeadLetterAsync(
            new ChangeDeadLetter(parsed.GetRequiredValue(_id), parsed.GetValue(_reason)), cancellationToken);
        _output.Write(parsed, letter, DeadLetterTable.Fields(letter, Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
