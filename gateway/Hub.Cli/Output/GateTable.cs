using System.Collections.Immutable;
using Hub.Control.Protocol;

namespace Hub.Cli.Output;

/// <summary>Gates, a line each.</summary>
internal static class GateTable
{
    public static void Write(TextWriter output, ImmutableArray<GateView> gates)
    {
        if (gates.IsDefaultOrEmpty)
        {
            return;
        }

        var table = new TextTable("GATE", "STATE", "WHAT THERE IS");
        foreach (var gate in gates)
        {
            table.Add(gate.Gate, gate.Open ? "open" : "held", gate.Words);
        }

        table.WriteTo(output, "  ");
    }
}
