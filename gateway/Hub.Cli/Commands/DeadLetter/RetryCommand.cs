using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.DeadLetter;

internal sealed class RetryCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<long> _id;
    private readonly Option<string> _reason;

    public RetryCommand(CommandContext context)
        : base(
            context, "retry", "Do it again: the order is taken up at the step that was given up, a message is handled again. What may have happened is looked up first.",
            "hub deadletter retry 12 --reason \"The ERP is back\"")
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
        var letter = await control.Api.RetryDeadLetterAsync(
            new ChangeDeadLetter(parsed.GetRequiredValue(_id), parsed.GetValue(_reason)), cancellationToken);
        _output.Write(parsed, letter, DeadLetterTable.Fields(letter, Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
