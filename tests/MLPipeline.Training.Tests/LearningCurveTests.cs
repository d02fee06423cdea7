using System.Buffers.Binary;
using System.Xml.Linq;
using MLPipeline.Training.Tests.Fixtures;

namespace MLPipeline.Training.Tests;

public sealed class LearningCurveTests
{
    private static readonly EpochRecord[] History =
        [.. Enumerable.Range(1, 5).Select(e => new EpochRecord(e, 0.6 / e, 0.9 - 0.2 / e, 0.7 / e, 0.88 - 0.15 / e, 0.01, 3, 20000))];

    [Fact]
    public void The_picture_is_a_png_of_the_promised_size()
    {
        using var folder = new TempFolder();

        LearningCurve.SavePng(History, folder.File("curve.png"));

        var bytes = File.ReadAllBytes(folder.File("curve.png"));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], bytes[..4]);
        Assert.Equal((1200, 450), (BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(20))));
        Assert.Equal(["curve.png"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void The_svg_is_well_formed_and_its_curves_follow_the_history()
    {
        var one = XDocument.Parse(LearningCurve.ToSvg(History));
        var other = LearningCurve.ToSvg([.. History.Select(e => e with { TestLoss = 1 })]);

        Assert.Equal("svg", one.Root!.Name.LocalName);
        Assert.NotEqual(one.ToString(), XDocument.Parse(other).ToString());
    }

    [Fact]
    public void One_epoch_can_be_drawn_and_none_cannot()
    {
        Assert.NotEmpty(LearningCurve.ToSvg(History[..1]));
        Assert.Throws<ArgumentException>(() => LearningCurve.ToSvg([]));
    }
}
