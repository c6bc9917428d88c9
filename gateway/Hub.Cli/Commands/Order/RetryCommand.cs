using System.CommandLine;
using Hub.Cli.Features;
using Hub.Cli.Output;
using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Order;

internal sealed class RetryCommand : HubCommand
{
    private readonly ConnectionFeature _connection;
    private readonly OutputFeature _output;
    private readonly Argument<string> _key;
    private readonly Option<string> _reason;

    public RetryCommand(CommandContext context)
        : base(context, "retry", "Take a parked order up again, after what parked it was seen to.", "hub order retry web/1001 --reason \"The article is made\"")
    {
        _key = Word("KEY", "The order's key: channel/id, as 'hub order list' shows it.");
        _reason = Flag<string>("--reason", "Why; it stays in the audit trail and the order's journal.", "TEXT");
        _connection = Enable(new ConnectionFeature(context));
        _output = Enable(new OutputFeature(context));
    }

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var control = _connection.Connect(parsed);
        var answer = await control.Api.RetryOrderAsync(
            new ChangeOrder(parsed.GetRequiredValue(_key), parsed.GetValue(_reason)), cancellationToken);
        _output.Write(parsed, answer, output => OrderTable.Answer(answer).WriteTo(output));
        return CommandLine.Done;
    }
}
