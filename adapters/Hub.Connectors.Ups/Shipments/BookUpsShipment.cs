using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors.Http;
using Hub.Connectors.References;

namespace Hub.Connectors.Ups.Shipments;

/// <summary>
/// A parcel becomes a shipment with a paid label. UPS has no idempotency: the same request twice is two labels. Our reference stands on the label, and
/// whoever got no answer asks for the label by it.
/// </summary>
internal sealed class BookUpsShipment(IUpsApi api, VendorCalls calls, CrossReferences references, UpsOptions options, TimeProvider time) : IShipmentBooking
{
    private const string Carrier = "UPS";

    public TimeSpan Window => options.Window;

    public Task<CallOutcome<Shipment>> ShipAsync(Parcel parcel, CancellationToken cancellationToken)
    {
        if (UpsParcel.Problems(parcel, options).ToList() is [_, ..] problems)
        {
            return Task.FromResult<CallOutcome<Shipment>>(new CallOutcome<Shipment>.Refused(string.Join(' ', problems)));
        }

        return calls.AskAsync<Shipment>(
            async cancel =>
            {
                if ((parcel.Order.ShipService is { } name ? references.Of(CrossReferences.Services, name) : options.Service) is not { } service)
                {
                    return new CallOutcome<Shipment>.Refused("It names no ship service, and the connector's option 'Service' gives none for such orders.");
                }

                return service.Length == 2 && service.All(char.IsAsciiLetterOrDigit)
                    ? Booked((await api.ShipAsync(ToUps(parcel, service), Trace(), cancel)).ShipmentResponse, parcel, service)
                    : new CallOutcome<Shipment>.Refused($"'{service}' is no service of UPS: it is written with two characters, 11 or 03.");
            },
            UpsAnswers.Read<Shipment>, cancellationToken);
    }

    public Task<CallOutcome<Shipment?>> FindAsync(Parcel parcel, CancellationToken cancellationToken)
    {
        // What can't be said to UPS was never sent.
        if (UpsParcel.Reference(parcel) is not { } reference)
        {
            return Task.FromResult<CallOutcome<Shipment?>>(new CallOutcome<Shipment?>.Done(null));
        }

        return calls.AskAsync(
            async cancel => Found((await api.RecoverLabelAsync(ToUps(reference), Trace(), cancel)).LabelRecoveryResponse, parcel),
            answer => UpsAnswers.SaysNotFound(answer) ? NotFound(parcel) : UpsAnswers.Read<Shipment?>(answer),
            cancellationToken);
    }

    public Task<CallOutcome<Shipment>> VoidAsync(Parcel parcel, Shipment shipment, CancellationToken cancellationToken) => calls.AskAsync<Shipment>(
        async cancel =>
        {
            // The answer is 200 either way: what became of it stands inside.
            var answer = (await api.VoidAsync(shipment.Id ?? shipment.Tracking.Text, Trace(), cancel)).VoidShipmentResponse;
            return answer.SummaryResult.Status.Code == "1" && answer.PackageLevelResults.All(package => package.Status.Code == "1")
                ? new CallOutcome<Shipment>.Done(shipment)
                : new CallOutcome<Shipment>.Refused(
                    $"UPS did not void {shipment.Tracking}: {answer.SummaryResult.Status.Description ?? "it says no more"} (status {answer.SummaryResult.Status.Code}). Void it at ups.com or by phone.");
        },
        answer => UpsAnswers.SaysVoided(answer) ? new CallOutcome<Shipment>.Done(shipment) : UpsAnswers.Read<Shipment>(answer),
        cancellationToken);

    /// <summary>32 characters: as many as UPS takes.</summary>
    private static string Trace() => Guid.NewGuid().ToString("N");

    private UpsShip ToUps(Parcel parcel, string service)
    {
        var to = parcel.Order.ShipTo;
        ImmutableArray<UpsReference> reference = [new UpsReference(parcel.Reference)];
        var packages = UpsParcel.ReferenceIsThePackages(options.Sender!.Country, to.Country);
        var package = new UpsPackage(new UpsCode(options.Packaging), UpsParcel.Weight(parcel, options))
        {
            Dimensions = UpsParcel.Dimensions(options),
            ReferenceNumber = packages ? reference : null,
        };
        var shipment = new UpsShipment(
            options.Goods,
            UpsParcel.Sender(options),
            UpsParcel.Receiver(to, options),
            UpsPayment.By(options.Account),
            new UpsCode(service),
            [package],
            new UpsShipmentServices(new UpsLabelDelivery { LabelLinksIndicator = "" }),
            new UpsRatingOptions())
        {
            ReferenceNumber = packages ? null : reference,
        };
        return new UpsShip(new UpsShipRequest(
            new UpsShipOptions("validate", new UpsContext(parcel.Reference)),
            shipment,
            new UpsLabel(new UpsCode(options.LabelFormat.ToString().ToUpperInvariant()), new UpsStock("6", "4"))));
    }

    private UpsRecovery ToUps(string reference) => new(new UpsRecoveryRequest(
        new UpsRecoveryOptions(new UpsContext($"hub {reference}")),
        new UpsRecoveryLabel(UpsLabel.Agent),
        new UpsLabelDelivery { LabelLinkIndicator = "" },
        new UpsReferenceValues(new UpsReference(reference), options.Account)));

    private static CallOutcome<Shipment> Booked(UpsShipResponse answer, Parcel parcel, string service) =>
        answer.Response.ResponseStatus.Code != "1"
            ? new CallOutcome<Shipment>.Unknown($"UPS answered 200 with the status {answer.Response.ResponseStatus.Code}: {answer.Response.ResponseStatus.Description}.")
            : answer.ShipmentResults is { PackageResults: [var package, ..] } results && TrackingNumber.TryParse(package.TrackingNumber, out var tracking)
            ? new CallOutcome<Shipment>.Done(new Shipment(tracking, Carrier, results.LabelURL)
            {
                Id = results.ShipmentIdentificationNumber,
                Service = service,
                Cost = (results.NegotiatedRateCharges?.TotalCharge ?? results.ShipmentCharges?.TotalCharges) is { } cost
                    ? new Money(cost.MonetaryValue, cost.CurrencyCode) : null,
                Lines = parcel.Lines,
            })
            : new CallOutcome<Shipment>.Unknown("UPS answered without a tracking number.");

    private static CallOutcome<Shipment?> Found(UpsRecoveryResponse answer, Parcel parcel)
    {
        var numbers = answer.LabelResults.Select(label => label.TrackingNumber).OfType<string>()
            .Concat(answer.TrackingCandidate.Select(candidate => candidate.TrackingNumber)).Distinct().ToList();
        return numbers switch
        {
            [] => new CallOutcome<Shipment?>.Unknown("UPS answered with neither a label nor a tracking number."),
            [var number] => new CallOutcome<Shipment?>.Done(new Shipment(
                TrackingNumber.Parse(number), Carrier, answer.LabelResults.Select(label => label.LabelImage?.URL).FirstOrDefault(url => url is not null))
            {
                Id = answer.ShipmentIdentificationNumber ?? number,
                Lines = parcel.Lines,
            }),
            _ => new CallOutcome<Shipment?>.Refused(
                $"UPS has several shipments with the reference {parcel.Reference}: {string.Join(", ", numbers.Take(10))}. Void all but one at ups.com, and confirm the order with that by hand."),
        };
    }

    private CallOutcome<Shipment?> NotFound(Parcel parcel) => time.GetUtcNow() - parcel.Order.PlacedAt <= options.LookUpReach
        ? new CallOutcome<Shipment?>.Done(null)
        : new CallOutcome<Shipment?>.Refused(
            $"UPS finds no shipment with the reference {parcel.Reference}, but the order is older than {options.LookUpReach.TotalDays:0.#} days, and UPS does not say how far back it looks. "
            + "Look for it at ups.com; raise the connector's 'LookUpReach' if there is none.");
}
