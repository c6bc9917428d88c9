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
}
