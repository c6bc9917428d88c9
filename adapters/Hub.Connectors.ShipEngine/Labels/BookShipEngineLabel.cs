using Hub.Commerce;
using Hub.Connectors.Http;
using Hub.Connectors.References;
using Refit;

namespace Hub.Connectors.ShipEngine.Labels;

/// <summary>
/// A parcel becomes a paid label. ShipEngine has no idempotency key, but keeps our reference as the label's <c>external_shipment_id</c>: whoever got
/// no answer looks it up by that before it is bought again.
/// </summary>
internal sealed class BookShipEngineLabel(IShipEngineApi api, VendorCalls calls, CrossReferences references, ShipEngineOptions options) : IShipmentBooking
{
    public TimeSpan Window => options.Window;

    public Task<CallOutcome<Shipment>> ShipAsync(Parcel parcel, CancellationToken cancellationToken)
    {
        if (ShipEngineParcel.Problems(parcel).ToList() is [_, ..] problems)
        {
            return Refuse(string.Join(' ', problems));
        }

        return calls.AskAsync(
            async cancel =>
            {
                if ((parcel.Order.ShipService is { } name ? references.Of(CrossReferences.Services, name) : options.Service) is not { } wanted)
                {
                    return new CallOutcome<Shipment>.Refused("It names no ship service, and the connector's option 'Service' gives none for such orders.");
                }

                if (ShipEngineParcel.ReadService(wanted, options) is not { } service)
                {
                    return new CallOutcome<Shipment>.Refused($"'{wanted}' is no service of ShipEngine: it is written usps_priority_mail, or se-123456/usps_priority_mail.");
                }

                try
                {
                    return Bought(await api.CreateLabelAsync(ToShipEngine(parcel, service), cancel), parcel);
                }
                catch (ApiException e) when (ShipEngineAnswers.SaysTaken(e))
                {
                    return await TakenAsync(parcel, cancel);
                }
            },
            ShipEngineAnswers.Read<Shipment>, cancellationToken);
    }

    public Task<CallOutcome<Shipment?>> FindAsync(Parcel parcel, CancellationToken cancellationToken)
    {
        // A reference that ShipEngine would have cut was never sent.
        if (ShipEngineReference.Of(parcel).Length > ShipEngineReference.Longest)
        {
            return Task.FromResult<CallOutcome<Shipment?>>(new CallOutcome<Shipment?>.Done(null));
        }

        return calls.AskAsync(
            async cancel => await FindLabelAsync(parcel, cancel) switch
            {
                null or { Voided: true } or { Status: "voided" or "error" } => new CallOutcome<Shipment?>.Done(null),
                { Status: "processing" } => new CallOutcome<Shipment?>.NotDone("ShipEngine is still making the label."),
                { } label => FromShipEngine(label, parcel) is { } shipment
                    ? new CallOutcome<Shipment?>.Done(shipment)
                    : new CallOutcome<Shipment?>.Refused(Untracked(label)),
            },
            ShipEngineAnswers.Read<Shipment?>, cancellationToken);
    }

    public Task<CallOutcome<Shipment>> VoidAsync(Parcel parcel, Shipment shipment, CancellationToken cancellationToken) => calls.AskAsync<Shipment>(
        async cancel =>
        {
            if ((shipment.Id ?? (await FindLabelAsync(parcel, cancel))?.LabelId) is not { } label)
            {
                return new CallOutcome<Shipment>.Refused($"ShipEngine has no label with the reference {ShipEngineReference.Of(parcel)}: void {shipment.Tracking} by hand.");
            }

            // The answer is 200 either way; what is voided already is what was wanted.
            return await api.VoidLabelAsync(label, cancel) is { Approved: false, ReasonCode: not "label_already_voided" } refused
                ? new CallOutcome<Shipment>.Refused($"The label {label} can't be given back: {refused.Message} ({refused.ReasonCode ?? "no reason code"}).")
                : new CallOutcome<Shipment>.Done(shipment);
        },
        answer => ShipEngineAnswers.SaysNotFound(answer)
            ? new CallOutcome<Shipment>.Refused($"ShipEngine does not know the label {shipment.Id}: void {shipment.Tracking} by hand.")
            : ShipEngineAnswers.Read<Shipment>(answer),
        cancellationToken);

    private static Task<CallOutcome<Shipment>> Refuse(string reason) =>
        Task.FromResult<CallOutcome<Shipment>>(new CallOutcome<Shipment>.Refused(reason));

    /// <summary>Nothing was bought now: the reference has its label, or is used up.</summary>
    private async Task<CallOutcome<Shipment>> TakenAsync(Parcel parcel, CancellationToken cancellationToken) =>
        await FindLabelAsync(parcel, cancellationToken) is { Voided: false, Status: not "error" } label
            ? Bought(label, parcel)
            : new CallOutcome<Shipment>.Refused(
                $"ShipEngine has a shipment with the reference {ShipEngineReference.Of(parcel)} already, and no label for it: buy the label there, or remove the shipment.");

    /// <returns>Null where ShipEngine says that there is none.</returns>
    /// <exception cref="InvalidDataException">The label that came is another's.</exception>
    private async Task<ShipEngineLabel?> FindLabelAsync(Parcel parcel, CancellationToken cancellationToken)
    {
        var reference = ShipEngineReference.Of(parcel);
        try
        {
            var label = await api.GetLabelByExternalShipmentIdAsync(reference, cancellationToken);
            return label.ExternalShipmentId is { } kept && kept != reference
                ? throw new InvalidDataException($"ShipEngine was asked for the reference {reference} and answered with {kept}.")
                : label;
        }
        catch (ApiException e) when (ShipEngineAnswers.SaysNotFound(e))
        {
            return null;
        }
    }

    private CallOutcome<Shipment> Bought(ShipEngineLabel label, Parcel parcel) => label switch
    {
        { Status: "processing" } => new CallOutcome<Shipment>.Unknown($"ShipEngine is still making the label {label.LabelId}."),
        { Status: "error" } or { Voided: true } => new CallOutcome<Shipment>.Refused(
            $"ShipEngine could not make the label {label.LabelId} (status {label.Status}): its dashboard says why."),
        _ => FromShipEngine(label, parcel) is { } shipment
            ? new CallOutcome<Shipment>.Done(shipment)
            // Some carriers give it later: the look-up says so if there is none then.
            : new CallOutcome<Shipment>.Unknown($"The label {label.LabelId} is bought, and came without a tracking number."),
    };

    private static string Untracked(ShipEngineLabel label) =>
        $"The label {label.LabelId} is bought, and has no tracking number that the channel could be told: confirm the order by hand, and choose a service that is tracked.";

    private NewShipEngineLabel ToShipEngine(Parcel parcel, (string Carrier, string Service) service) => new(
        new NewShipEngineShipment(
            service.Carrier,
            service.Service,
            ShipEngineReference.Of(parcel),
            parcel.Reference.Length > ShipEngineReference.Longest ? ShipEngineReference.Of(parcel) : parcel.Reference,
            ShipEngineParcel.ToShipEngine(parcel.Order.ShipTo),
            ShipEngineParcel.ToShipEngine(options.Sender!.ToAddress()),
            [new NewShipEnginePackage(ShipEngineParcel.WeightOf(parcel, options), ShipEngineParcel.DimensionsOf(options))]),
        options.LabelFormat switch { ShipEngineLabelFormat.Png => "png", ShipEngineLabelFormat.Zpl => "zpl", _ => "pdf" },
        options.LabelLayout);

    private Shipment? FromShipEngine(ShipEngineLabel label, Parcel parcel) => TrackingNumber.TryParse(label.TrackingNumber, out var tracking)
        ? new Shipment(tracking, CarrierName(label.CarrierCode), LabelAddress(label.LabelDownload))
        {
            Id = label.LabelId,
            Service = label.ServiceCode is { } service ? ShipEngineParcel.WriteService(label.CarrierId, service, options) : null,
            Cost = ShipEngineParcel.Sum(label.ShipmentCost, label.InsuranceCost),
            Lines = parcel.Lines,
        }
        : null;

    private string? LabelAddress(ShipEngineDownload? download) => download is null ? null : options.LabelFormat switch
    {
        ShipEngineLabelFormat.Png => download.Png,
        ShipEngineLabelFormat.Zpl => download.Zpl,
        _ => download.Pdf,
    } ?? download.Href;

    /// <summary>As the buyer knows it; a code that is not known here stands for itself.</summary>
    private static string CarrierName(string? code) => code switch
    {
        "usps" or "stamps_com" or "endicia" => "USPS",
        "ups" or "ups_walleted" => "UPS",
        "fedex" or "fedex_walleted" => "FedEx",
        "dhl_express" or "dhl_express_worldwide" => "DHL Express",
        "dhl_ecommerce" => "DHL eCommerce",
        null or "" => "ShipEngine",
        _ => code,
    };
}
