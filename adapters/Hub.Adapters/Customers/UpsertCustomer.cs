using Hub.Adapters.Connectors;
using Hub.Commerce;
using Hub.Connectors;
using Hub.Processes;

namespace Hub.Adapters.Customers;

/// <summary>Tells the CRM of a customer. Twice does no harm.</summary>
internal static class UpsertCustomer
{
    public static EffectRunner Runner(ConnectorSet connectors) => new(CustomerProcess.Upsert, async (call, cancel) =>
        connectors.Find<IContactBook>() is not { } crm
            ? new EffectOutcome.Finished("not wanted", CustomerProcess.ToReply(new CustomerTold()), Detail: "No CRM is configured.")
            : await crm.UpsertAsync(CustomerProcess.ReadContact(call.Body), cancel) switch
            {
                CallOutcome<Contact>.Done => new EffectOutcome.Finished("done", CustomerProcess.ToReply(new CustomerTold())),
                CallOutcome<Contact>.Refused refused => new EffectOutcome.Finished(
                    "refused", CustomerProcess.ToReply(new CustomerNotTold(refused.Reason)), Detail: refused.Reason),
                CallOutcome<Contact>.NotDone notDone => new EffectOutcome.Again(notDone.Reason, notDone.After),
                CallOutcome<Contact>.Unknown unknown => new EffectOutcome.Unknown(unknown.Reason),
                var other => throw new InvalidOperationException($"{other} is no outcome."),
            })
    {
        GivenUp = (_, reason, _) => CustomerProcess.ToReply(new CustomerNotTold(reason)),
    };
}
