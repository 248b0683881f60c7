"""Golden event files, made with TensorBoard's own message classes and record writer.

    python tools/golden/tensorboard_events.py

Needs tensorboard 2.21 (tools/tensorboard/install.mjs puts it into .venv). Two files go into
packages/harness/src/tensorboard/testing/golden/tensorboard-events.json, as base64:

built    by TensorBoard's own summary builders: what the reader must understand.
exact    built field by field as TensorBoardWriter documents it: the writer must give these bytes.
"""

import base64
import io
import json
import pathlib
import struct

import numpy as np
from google.protobuf import struct_pb2
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2
from tensorboard.plugins.custom_scalar import layout_pb2
from tensorboard.plugins.hparams import api_pb2, plugin_data_pb2
from tensorboard.plugins.hparams import summary_v2 as hparams_summary
from tensorboard.plugins.histogram import summary_v2 as histogram_summary
from tensorboard.plugins.scalar import summary_v2 as scalar_summary
from tensorboard.plugins.text import summary_v2 as text_summary
from tensorboard.summary.writer.record_writer import RecordWriter

OUT = (
    pathlib.Path(__file__).parents[2]
    / "packages/harness/src/tensorboard/testing/golden/tensorboard-events.json"
)
SECONDS = 1700000000.25


def record_file(events):
    buffer = io.BytesIO()
    writer = RecordWriter(buffer)
    for event in events:
        writer.write(event.SerializeToString(deterministic=True))
    return base64.b64encode(buffer.getvalue()).decode()


def built():
    events = [event_pb2.Event(wall_time=SECONDS, file_version="brain.Event:2")]
    values = [
        (3, scalar_summary.scalar_pb("loss", 0.1, description="in nats")),
        (4, histogram_summary.histogram_pb("weights", np.array([-1.0, 0.5, 2.0, 2.0]), buckets=3)),
        (5, text_summary.text_pb("note", "**bold** \u03c1")),
        (0, hparams_summary.hparams_pb({"lr": 0.5}, trial_id="a", start_time_secs=1.0)),
    ]
    for step, summary in values:
        events.append(event_pb2.Event(wall_time=SECONDS, step=step, summary=summary))
    old = summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag="old", simple_value=0.25)])
    events.append(event_pb2.Event(wall_time=SECONDS, step=6, summary=old))
    return record_file(events)


def metadata(plugin, data_class, content=b"", description="", display_name=""):
    return summary_pb2.SummaryMetadata(
        plugin_data=summary_pb2.SummaryMetadata.PluginData(plugin_name=plugin, content=content),
        display_name=display_name,
        summary_description=description,
        data_class=data_class,
    )


def shape(*sizes):
    dims = [tensor_shape_pb2.TensorShapeProto.Dim(size=size) for size in sizes]
    return tensor_shape_pb2.TensorShapeProto(dim=dims)


def scalar(x):
    return tensor_pb2.TensorProto(dtype=types_pb2.DT_FLOAT, tensor_shape=shape(), float_val=[x])


def strings(values, *sizes):
    return tensor_pb2.TensorProto(
        dtype=types_pb2.DT_STRING, tensor_shape=shape(*sizes), string_val=values
    )


def event(step, *values):
    summary = summary_pb2.Summary(value=[summary_pb2.Summary.Value(**v) for v in values])
    return event_pb2.Event(wall_time=SECONDS, step=step, summary=summary)


def exact():
    scalar_class = summary_pb2.DATA_CLASS_SCALAR
    tensor_class = summary_pb2.DATA_CLASS_TENSOR
    layout = layout_pb2.Layout(
        category=[
            layout_pb2.Category(
                title="Depth",
                closed=True,
                chart=[
                    layout_pb2.Chart(
                        title="band",
                        margin=layout_pb2.MarginChartContent(
                            series=[
                                layout_pb2.MarginChartContent.Series(
                                    value="rho/mean", lower="rho/lower", upper="rho/upper"
                                )
                            ]
                        ),
                    ),
                    layout_pb2.Chart(
                        title="lines", multiline=layout_pb2.MultilineChartContent(tag=["^a\\.b$"])
                    ),
                ],
            )
        ]
    )
    experiment = plugin_data_pb2.HParamsPluginData(
        experiment=api_pb2.Experiment(
            name="depth",
            description="a table",
            time_created_secs=SECONDS,
            hparam_infos=[
                api_pb2.HParamInfo(
                    name="gamma",
                    display_name="\u03b3",
                    type=api_pb2.DATA_TYPE_FLOAT64,
                    domain_interval=api_pb2.Interval(min_value=0.0, max_value=1.0),
                ),
                api_pb2.HParamInfo(
                    name="block",
                    type=api_pb2.DATA_TYPE_STRING,
                    domain_discrete=struct_pb2.ListValue(
                        values=[struct_pb2.Value(string_value="shaped")]
                    ),
                ),
                api_pb2.HParamInfo(name="causal", type=api_pb2.DATA_TYPE_BOOL),
            ],
            metric_infos=[
                api_pb2.MetricInfo(
                    name=api_pb2.MetricName(tag="train/loss"), display_name="loss", description="nats"
                )
            ],
        )
    )
    start = plugin_data_pb2.HParamsPluginData(
        session_start_info=plugin_data_pb2.SessionStartInfo(
            hparams={"gamma": struct_pb2.Value(number_value=0.25)},
            group_name="g",
            start_time_secs=SECONDS,
        )
    )
    end = plugin_data_pb2.HParamsPluginData(
        session_end_info=plugin_data_pb2.SessionEndInfo(
            status=api_pb2.STATUS_FAILURE, end_time_secs=SECONDS
        )
    )
    rows = [-1.0, 0.0, 1.0, 0.0, 1.0, 3.0]
    png = b"\x89PNG\r\n\x1a\n..."
    first = event_pb2.Event(wall_time=SECONDS, file_version="brain.Event:2")
    first.source_metadata.writer = "shaped.tensorboard"

    def hparams(tag, data):
        content = data.SerializeToString(deterministic=True)
        return event(
            0,
            dict(tag=tag, metadata=metadata("hparams", tensor_class, content), tensor=scalar(0.0)),
        )

    return record_file(
        [
            first,
            event(
                7,
                dict(
                    tag="train/loss",
                    metadata=metadata("scalars", scalar_class, b"", "in nats", "loss"),
                    tensor=scalar(0.1),
                ),
            ),
            event(8, dict(tag="train/loss", tensor=scalar(-2.5e-8))),
            event(
                1,
                dict(tag="a", metadata=metadata("scalars", scalar_class), tensor=scalar(1.0)),
                dict(tag="b", metadata=metadata("scalars", scalar_class), tensor=scalar(2.0)),
            ),
            event(
                2,
                dict(
                    tag="rho/density",
                    metadata=metadata("histograms", tensor_class),
                    tensor=tensor_pb2.TensorProto(
                        dtype=types_pb2.DT_DOUBLE,
                        tensor_shape=shape(2, 3),
                        tensor_content=struct.pack("<6d", *rows),
                    ),
                ),
            ),
            event(
                3,
                dict(
                    tag="picture",
                    metadata=metadata("images", summary_pb2.DATA_CLASS_BLOB_SEQUENCE),
                    tensor=strings([b"5", b"4", png, png], 4),
                ),
            ),
            event(
                0,
                dict(
                    tag="config",
                    metadata=metadata("text", tensor_class),
                    tensor=strings(["# \u03b3".encode()], 1),
                ),
            ),
            event(
                0,
                dict(
                    tag="custom_scalars__config__",
                    metadata=metadata("custom_scalars", tensor_class),
                    tensor=strings([layout.SerializeToString(deterministic=True)]),
                ),
            ),
            hparams("_hparams_/experiment", experiment),
            hparams("_hparams_/session_start_info", start),
            hparams("_hparams_/session_end_info", end),
        ]
    )


if __name__ == "__main__":
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"built": built(), "exact": exact()}, indent=2) + "\n")
    print(OUT)
