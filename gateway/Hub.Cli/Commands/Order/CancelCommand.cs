using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Order;

internal sealed class CancelCommand(CommandContext context) : ChangeOrderCommand(
    context, "cancel", "Cancel an order: its label is given back, its sale cancelled. What its channel knows of is a return.", "hub order cancel web/1001 --reason \"The buyer called\"")
{
    protected override Task<OrderAnswer> ChangeAsync(IControlApi control, ChangeOrder request, CancellationToken cancellationToken) =>
        control.CancelOrderAsync(request, cancellationToken);
}
