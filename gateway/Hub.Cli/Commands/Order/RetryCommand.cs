using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Order;

internal sealed class RetryCommand(CommandContext context) : ChangeOrderCommand(
    context, "retry", "Take a parked order up again, after what parked it was seen to.", "hub order retry web/1001 --reason \"The article is made\"")
{
    protected override Task<OrderAnswer> ChangeAsync(IControlApi control, ChangeOrder request, CancellationToken cancellationToken) =>
        control.RetryOrderAsync(request, cancellationToken);
}
