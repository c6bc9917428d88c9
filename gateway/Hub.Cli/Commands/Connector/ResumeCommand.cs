using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Connector;

internal sealed class ResumeCommand(CommandContext context) : ChangeConnectorCommand(
    context, "resume", "Let a paused connector work again.", "hub connector resume erp")
{
    protected override Task<ConnectorView> ChangeAsync(IControlApi control, ChangeConnector request, CancellationToken cancellationToken) =>
        control.ResumeConnectorAsync(request, cancellationToken);
}
