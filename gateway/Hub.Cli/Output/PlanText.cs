using Hub.Control.Protocol;

namespace Hub.Cli.Output;

internal static class PlanText
{
    public static void Write(TextWriter output, DocumentPlan plan, bool applied)
    {
        foreach (var change in plan.Changes)
        {
            output.WriteLine(plan.Flips.Contains(change) ? $"{change} (a flip)" : change);
        }

        foreach (var flip in plan.Flips.Except(plan.Changes))
        {
            output.WriteLine($"{flip} (a flip)");
        }

        output.WriteLine((applied, plan.Changes.Length + plan.Flips.Length) switch
        {
            (_, 0) => $"no change; revision {plan.Revision} is in force",
            (true, _) => $"applied as revision {plan.Revision}",
            _ => $"nothing was done; revision {plan.Revision} is in force; 'hub apply' makes it so",
        });
    }
}
