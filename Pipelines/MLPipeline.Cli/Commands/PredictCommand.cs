using System.CommandLine;
using MLPipeline.Cli.Commands.Flags;
using MLPipeline.Cli.Images;
using MLPipeline.Cli.Output;
using MLPipeline.Cli.Stages;
using MLPipeline.Inference.Scoring;
using Spectre.Console;

namespace MLPipeline.Cli.Commands;

/// <summary><c>predict</c>: what is on these pictures?</summary>
internal sealed class PredictCommand : Command, IHaveExamples
{
    private readonly Argument<string[]> _files = new("FILE") { Description = "Pictures: PNG, JPEG, WebP, BMP or GIF.", Arity = ArgumentArity.OneOrMore };
    private readonly ModelFileFlag _model = new();
    private readonly Option<int?> _top = Ranged.Between("--top", "K", "Show the K likeliest classes [default: 3].", 1, 1000);
    private readonly Option<bool> _invert = new("--invert")
    {
        Description = "Turn black into white first. Fashion-MNIST shows light clothes on black; photos are mostly dark on light.",
    };

    private readonly DeviceFlag _device = new();
    private readonly JsonFlag _json = new();

    public PredictCommand()
        : base("predict", "Name what is on pictures: the likeliest classes and their probabilities.")
    {
        Arguments.Add(_files);
        foreach (var option in new Option[] { _model, _top, _invert, _device, _json })
            Options.Add(option);
        SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } =
    [
        "mlpipeline predict shoe.png",
        "mlpipeline predict --model resnet18 --invert --top 1 photos/coat.jpg photos/bag.jpg --json",
    ];

    private int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var terminal = Terminal.Of(parsed, parsed.GetValue(_json));
        var files = parsed.GetRequiredValue(_files);
        using var classifier = OnnxScoring.Open(_model.PathOf(parsed), _device.Provider(parsed));
        var feed = PixelFeed.Of(classifier, terminal.Say);
        var pictures = files.Select(file => Read(file, feed, parsed.GetValue(_invert), terminal)).ToList();
        var scores = feed.Score(classifier, [.. pictures.SelectMany(picture => picture.Pixels)], cancellation);
        var answers = files.Select((file, row) => new Answer(file, scores.Top(row, parsed.GetValue(_top) ?? 3))).ToList();
        foreach (var answer in answers)
            terminal.Write(answer.ForMachines, console => Show(console, answer));
        return ExitCode.Ok;
    }

    private static Picture Read(string file, PixelFeed feed, bool invert, Terminal terminal)
    {
        // What is not covered by the picture becomes black, inverted or not.
        var picture = PictureFile.Read(file, feed.Channels, feed.Height, feed.Width, ground: invert ? (byte)255 : (byte)0);
        if (invert)
            return picture.Inverted();
        if (picture is { Channels: 1, HasBrightBorder: true })
            terminal.Say($"'{file}' has a light ground; if the model learnt from light things on black, as Fashion-MNIST's are, add --invert.");
        return picture;
    }

    private static void Show(IAnsiConsole console, Answer answer)
    {
        console.WriteLine(answer.File);
        foreach (var prediction in answer.Predictions)
            console.WriteLine($"  {Figures.Percent(prediction.Probability),9}  {prediction.Label}");
    }

    private sealed record Answer(string File, IReadOnlyList<ClassPrediction> Predictions)
    {
        public object ForMachines => new { File, Predictions[0].Label, Predictions[0].Probability, Top = Predictions };
    }
}
