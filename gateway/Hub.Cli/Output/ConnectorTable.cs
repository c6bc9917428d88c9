using Hub.Control.Protocol;

namespace Hub.Cli.Output;

internal static class ConnectorTable
{
    public static TextTable Of(IEnumerable<ConnectorView> connectors, TimeProvider time)
    {
        var table = new TextTable(
            "CONNECTOR", "VENDOR", "CAPABILITY", "STATE", "CALLS", "FAILURES", "WAITING", "LAST CALL", "LAST ERROR");
        foreach (var connector in connectors)
        {
            table.Add(
                connector.Name, connector.Vendor, connector.Capability, connector.State, Words.Number(connector.Calls),
                Words.Number(connector.Failures), Words.Number(connector.Waiting), Words.Time(connector.LastCallAt, time),
                connector.LastError);
        }

        return table;
    }

    public static Fields Fields(ConnectorView connector, TimeProvider time) => new()
    {
        { "connector", connector.Name },
        { "vendor", connector.Vendor },
        { "capability", connector.Capability },
        { "state", connector.State },
        { "paused", connector.Paused },
        { "address", connector.Address.ToString() },
        { "calls", Words.Number(connector.Calls) },
        { "failures", Words.Number(connector.Failures) },
        { "waiting", Words.Number(connector.Waiting) },
        { "last call", Words.Time(connector.LastCallAt, time) },
        { "last error", connector.LastError },
    };
}
