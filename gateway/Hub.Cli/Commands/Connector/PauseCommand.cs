using Hub.Control.Protocol;

namespace Hub.Cli.Commands.Connector;

internal sealed class PauseCommand(CommandContext context) : ChangeConnectorCommand(
    context, "pause", "Send a connector nothing and ask it nothing, until it is resumed; what waits for it is not given up meanwhile.", "hub connector pause erp --reason \"The year is being closed\"")
{
    protected override Task<ConnectorView> ChangeAsync(IControlApi control, ChangeConnector request, CancellationToken cancellationToken) =>
        control.PauseConnectorAsync(request, cancellationToken);
}
