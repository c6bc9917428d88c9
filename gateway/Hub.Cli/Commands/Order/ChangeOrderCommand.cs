using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Order;

/// <summary>A person's word on one order, with the reason that the audit trail keeps.</summary>
internal abstract class ChangeOrderCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _key;
    private readonly Option<string> _reason;

    protected ChangeOrderCommand(CommandContext context, string verb, string description, string example)
        : base(context, verb, description, example)
    {
        _key = Word("KEY", "The order's key: channel/id, as 'hub order list' shows it.");
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail and the order's journal.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected abstract Task<OrderAnswer> ChangeAsync(IControlApi control, ChangeOrder request, CancellationToken cancellationToken);

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var answer = await ChangeAsync(control.Api, new ChangeOrder(parsed.GetRequiredValue(_key), parsed.GetValue(_reason)), cancellationToken);
        _output.Write(parsed, answer, output => OrderTable.Answer(answer).WriteTo(output));
        return CommandLine.Done;
    }
}
