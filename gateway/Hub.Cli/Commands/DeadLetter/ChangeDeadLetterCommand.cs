using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.DeadLetter;

/// <summary>A person's decision on one dead letter, with the reason that the audit trail keeps.</summary>
internal abstract class ChangeDeadLetterCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<long> _id;
    private readonly Option<string> _reason;

    protected ChangeDeadLetterCommand(CommandContext context, string verb, string description, string example)
        : base(context, verb, description, example)
    {
        _id = new Argument<long>("ID") { Description = "The dead letter, as list shows it." };
        Add(_id);
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail and the order's journal.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected abstract Task<DeadLetterView> ChangeAsync(IControlApi control, ChangeDeadLetter request, CancellationToken cancellationToken);

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var letter = await ChangeAsync(control.Api, new ChangeDeadLetter(parsed.GetRequiredValue(_id), parsed.GetValue(_reason)), cancellationToken);
        _output.Write(parsed, letter, DeadLetterTable.Fields(letter, Context.Time).WriteTo);
        return CommandLine.Done;
    }
}
